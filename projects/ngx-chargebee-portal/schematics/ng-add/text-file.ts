import type { Tree } from '@angular-devkit/schematics';

/** A file's text, and how to turn an edited text back into bytes. */
export interface TextFile {
  readonly text: string;
  encode(text: string): Buffer;
}

/**
 * Reads a file without failing on its encoding. Bytes that are not UTF-8 are read one by one as Latin-1, so that writing
 * the text back leaves them as they were. A byte order mark stays the first character.
 */
export function readTextFile(tree: Tree, path: string): TextFile | undefined {
  const bytes = readBytes(tree, path);
  if (!bytes) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: (edited) => Buffer.from(edited, 'utf8') };
  } catch {
    return { text: bytes.toString('latin1'), encode: (edited) => Buffer.from(edited, 'latin1') };
  }
}

/** The parsed content of a JSON file, or undefined when there is none or it cannot be parsed. */
export function readJsonFile(tree: Tree, path: string): Record<string, unknown> | undefined {
  try {
    const text = readTextFile(tree, path)?.text.replace(/^\uFEFF/, '');
    const parsed: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether there is a file; false for paths outside the workspace too, for which a tree throws. */
export function existsFile(tree: Tree, path: string): boolean {
  try {
    return tree.exists(path);
  } catch {
    return false;
  }
}

/** Null also for folders and for paths outside the workspace, for which a tree throws. */
function readBytes(tree: Tree, path: string): Buffer | null {
  try {
    return tree.read(path);
  } catch {
    return null;
  }
}
