import type { SourceFile } from 'typescript';
import { ts } from '../analysis/typescript';

/** How a file is written, so that what is added looks like the rest. */
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
    // A single space is no indentation, but the continuation of a comment.
    indent: /^(?:\t| {2,8})(?=[^\s*])/m.exec(text)?.[0] ?? '  ',
  };
}

/** The line ending that most lines have. */
function eolOf(text: string): '\n' | '\r\n' {
  const lines = text.split('\n');
  const windows = lines.filter((line) => line.endsWith('\r')).length;
  return windows > (lines.length - 1) / 2 ? '\r\n' : '\n';
}

/** The white space that the line of a position starts with. */
export function indentationAt(text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))![0];
}

/** A string as a TypeScript literal. */
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
  return !first || first.getText(file).endsWith(';') ? ';' : '';
}
