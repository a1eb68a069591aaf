import type { Identifier, ImportDeclaration, NamedImports, Node, SourceFile } from 'typescript';
import { ts } from '../analysis/typescript';
import { commentsOnLine, insertElements } from './list';
import { endOfImport, literal, type Style } from './style';
import type { TextEdits } from './text-edits';

/** Adds imports to a file: to an existing import of the same module, or as a new statement. */
export class Imports {
  private readonly missing = new Map<string, string[]>();

  constructor(
    private readonly file: SourceFile,
    private readonly style: Style,
  ) {}

  /** Returns the name by which the file can use an exported symbol: an alias if the file uses the name for something else. */
  use(symbol: string, module: string): string {
    const imported = this.namedImports(module)
      .flatMap(({ elements }) => [...elements])
      .find(
        ({ name, propertyName, isTypeOnly }) =>
          !isTypeOnly && (propertyName ?? name).text === symbol,
      );
    if (imported) return imported.name.text;
    const taken = usesName(this.file, symbol);
    const local = taken ? `chargebee${symbol[0].toUpperCase()}${symbol.slice(1)}` : symbol;
    const specifier = taken ? `${symbol} as ${local}` : symbol;
    const specifiers = this.missing.get(module) ?? [];
    this.missing.set(module, [...new Set([...specifiers, specifier])]);
    return local;
  }

  /** Adds the missing imports to the edits. */
  apply(edits: TextEdits): void {
    let statements = '';
    for (const [module, specifiers] of this.missing) {
      const names = specifiers.sort();
      const node = this.namedImports(module).find(({ elements }) => elements.length > 0);
      if (node) {
        const added = names.map((name) => [name]);
        insertElements(edits, this.file, this.style, { node, elements: node.elements }, added);
      } else {
        const { semicolon } = this.style;
        statements += `${this.style.eol}import { ${names.join(', ')} } from ${literal(module, this.style)}${semicolon}`;
      }
    }
    if (statements) this.insertStatements(edits, statements);
  }

  private insertStatements(edits: TextEdits, statements: string): void {
    const last = this.file.statements.findLast(ts.isImportDeclaration);
    const { text } = this.file;
    if (last) {
      // After the comments on the line of the last import, unless more code follows on that line.
      const end = endOfImport(this.file, last);
      const behind = end + commentsOnLine(text.slice(end));
      const endsLine = /^[ \t]*(\r?\n|$)/.test(text.slice(behind));
      if (endsLine) edits.insert(behind, statements);
      else edits.insert(end, statements.endsWith(';') ? statements : `${statements};`);
      return;
    }
    edits.insert(startOfCode(this.file), statements.trimStart() + this.style.eol + this.style.eol);
  }

  /** Returns the lists of names that the file imports from a module, without `import type`. */
  private namedImports(module: string): NamedImports[] {
    return this.file.statements
      .filter(ts.isImportDeclaration)
      .filter((declaration) => moduleOf(declaration) === module)
      .map(({ importClause }) => importClause)
      .filter((clause) => clause && !clause.isTypeOnly)
      .map((clause) => clause!.namedBindings)
      .filter((bindings) => bindings !== undefined)
      .filter(ts.isNamedImports);
  }
}

/**
 * Returns the position for the first import: after a byte order mark, a licence or a triple-slash directive, but before a
 * comment that documents the first statement or is an instruction for its line, such as `@ts-expect-error`.
 */
function startOfCode({ text, statements }: SourceFile): number {
  const first = statements.at(0);
  if (!first) return text.length;
  const start = first.getStart();
  const comment = ts.getLeadingCommentRanges(text, first.getFullStart())?.at(-1);
  if (!comment) return start;
  const belongs = /^\/\*\*|@ts-(ignore|expect-error)|-next-line|-ignore\b/;
  const isOfStatement = belongs.test(text.slice(comment.pos, comment.end));
  const isOfFile = /@(licen[cs]e|file)|copyright/i.test(text.slice(comment.pos, comment.end));
  const isApart = /\n[ \t\r]*\n/.test(text.slice(comment.end, start));
  return isOfStatement && !isOfFile && !isApart ? comment.pos : start;
}

function moduleOf({ moduleSpecifier }: ImportDeclaration): string {
  return ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
}

/** Returns whether a file uses a name already, also for something global. */
function usesName(file: SourceFile, name: string): boolean {
  const visit = (node: Node): true | undefined =>
    (ts.isIdentifier(node) && node.text === name && !isPropertyName(node)) ||
    ts.forEachChild(node, visit);
  return visit(file) ?? false;
}

function isPropertyName(node: Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}
