import type { ImportDeclaration, SourceFile } from 'typescript';
import { ts } from '../analysis/typescript';

/** The code style of a file, which added code follows. */
export interface Style {
  readonly eol: '\n' | '\r\n';
  readonly quote: "'" | '"';
  readonly semicolon: ';' | '';
  /** One level of indentation. */
  readonly indent: string;
}

export function styleOf(file: SourceFile): Style {
  const { text } = file;
  return {
    eol: eolOf(text),
    quote: quoteOf(file),
    semicolon: semicolonOf(file),
    // Not a single space: that is the continuation of a comment.
    indent: /^(?:\t| {2,8})(?=[^\s*])/m.exec(text)?.[0] ?? '  ',
  };
}

/** Returns the line ending of most lines. */
function eolOf(text: string): '\n' | '\r\n' {
  const lines = text.split('\n');
  const windows = lines.filter((line) => line.endsWith('\r')).length;
  return windows > (lines.length - 1) / 2 ? '\r\n' : '\n';
}

/** Returns the white space at the start of the line that contains a position. */
export function indentationAt(text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))![0];
}

/** Returns a string literal in TypeScript. */
export function literal(text: string, { quote }: Style): string {
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}

function quoteOf(file: SourceFile): "'" | '"' {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    return statement.moduleSpecifier.getText(file).startsWith('"') ? '"' : "'";
  }
  return "'";
}

function semicolonOf(file: SourceFile): ';' | '' {
  const first = file.statements.find(ts.isImportDeclaration);
  return !first || file.text[endOfImport(file, first) - 1] === ';' ? ';' : '';
}

/** Returns the end of an import, without the semicolon that starts a later line, as in `;(async () => {})()`. */
export function endOfImport(file: SourceFile, declaration: ImportDeclaration): number {
  const { moduleSpecifier, attributes } = declaration;
  const end = (attributes ?? moduleSpecifier).getEnd();
  const isOnLaterLine = file.text.slice(end, declaration.getEnd()).includes('\n');
  return isOnLaterLine ? end : declaration.getEnd();
}
