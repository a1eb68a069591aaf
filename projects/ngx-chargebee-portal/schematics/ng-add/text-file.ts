import type { Tree } from '@angular-devkit/schematics';

/** The text of a file, with a function that encodes an edited text in the file's encoding. */
export interface TextFile {
  readonly text: string;
  encode(text: string): Buffer;
}

/**
 * Reads a file in any encoding. A file that is not UTF-8 is decoded as Latin-1, byte by byte, so that encoding the text again
 * does not change its bytes. A byte order mark is kept as the first character.
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

/** Returns the object of a JSON file; undefined if there is no such file, or it has none or cannot be parsed. */
export function readJsonFile(tree: Tree, path: string): Record<string, unknown> | undefined {
  return parseJsonObject(readTextFile(tree, path)?.text);
}

/** Returns the object of a JSON text, which may have a byte order mark; undefined if it has none or cannot be parsed. */
export function parseJsonObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const parsed: unknown =
      text === undefined ? undefined : JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether a file exists; false also for paths outside the workspace, for which `Tree` throws. */
export function existsFile(tree: Tree, path: string): boolean {
  try {
    return tree.exists(path);
  } catch {
    return false;
  }
}

/** Returns null if there is no such file, also for folders and paths outside the workspace, for which `Tree` throws. */
function readBytes(tree: Tree, path: string): Buffer | null {
  try {
    return tree.read(path);
  } catch {
    return null;
  }
}
