import type { Node, NodeArray, SourceFile } from 'typescript';
import { indentationAt, type Style } from './style';
import type { TextEdits } from './text-edits';

/** A list in brackets or braces: an array, the properties of an object, imported names. */
export interface List {
  /** The node whose first and last characters are the brackets. */
  readonly node: Node;
  readonly elements: NodeArray<Node>;
}

/** The lines of an element to add, with two spaces for each level of indentation. */
export type Element = readonly string[];

/**
 * Adds elements to a list without changing any other character.
 *
 * @param after The index of the element after which they are added; -1 for the start of the list. By default the last one.
 */
export function insertElements(
  edits: TextEdits,
  file: SourceFile,
  style: Style,
  { node, elements }: List,
  added: readonly Element[],
  after = elements.length - 1,
): void {
  const { text } = file;
  const open = node.getStart(file);
  const onOwnLines =
    elements.length > 0 && text.slice(open, elements[0].getStart(file)).includes('\n');
  if (!elements.length) {
    insertIntoEmpty(edits, file, style, node, added);
  } else if (onOwnLines) {
    insertLines(edits, file, style, { node, elements }, added, after);
  } else {
    const indent = indentationAt(text, open);
    const parts = added.map((element) => reindent(element, indent, style).trimStart());
    if (after < 0) edits.insert(elements[0].getStart(file), `${parts.join(', ')}, `);
    else if (after === elements.length - 1 && elements.hasTrailingComma)
      edits.insert(elements.end, ` ${parts.join(', ')},`);
    else edits.insert(elements[after].getEnd(), `, ${parts.join(', ')}`);
  }
}

/** Returns the text of an element, indented in the style of the file. */
export function reindent(element: Element, indentation: string, { eol, indent }: Style): string {
  return element
    .map((line) => {
      const level = /^(?: {2})*/.exec(line)![0].length / 2;
      return indentation + indent.repeat(level) + line.slice(level * 2);
    })
    .join(eol);
}

/** Adds elements to an empty list, after the comments in it. */
function insertIntoEmpty(
  edits: TextEdits,
  file: SourceFile,
  style: Style,
  node: Node,
  added: readonly Element[],
): void {
  const open = node.getStart(file);
  const inside = file.text.slice(open + 1, node.getEnd() - 1);
  const kept = inside.trimEnd().length;
  const indentation = indentationAt(file.text, open);
  const comma = isJson(file) ? '' : ',';
  const lines = added
    .map((element) => reindent(element, indentation + style.indent, style))
    .join(`,${style.eol}`);
  const closing = inside.slice(kept).includes('\n') ? '' : style.eol + indentation;
  edits.insert(open + 1 + kept, style.eol + lines + comma + closing);
}

function insertLines(
  edits: TextEdits,
  file: SourceFile,
  style: Style,
  { node, elements }: List,
  added: readonly Element[],
  after: number,
): void {
  const { text } = file;
  const neighbour = elements[Math.max(after, 0)];
  const indentation = indentationAt(text, neighbour.getStart(file));
  const lines = added.map((element) => style.eol + reindent(element, indentation, style)).join(',');
  if (after < 0) {
    edits.insert(node.getStart(file) + 1, `${lines},`);
    return;
  }
  const isLast = after === elements.length - 1;
  const hasComma = !isLast || elements.hasTrailingComma;
  // The full start of a node is right after the comma of the previous node. White space and comments follow.
  const afterComma = isLast ? elements.end : elements[after + 1].getFullStart();
  const position = afterComma + commentsOnLine(text.slice(afterComma, node.getEnd() - 1));
  if (!hasComma) edits.insert(neighbour.getEnd(), ',');
  edits.insert(position, hasComma ? `${lines},` : lines);
}

/** Returns the length of the comments at the start of a text, up to the end of the line. */
export function commentsOnLine(text: string): number {
  return /^(?:[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/))*/.exec(text)![0].length;
}

function isJson(file: SourceFile): boolean {
  return file.fileName.endsWith('.json');
}
