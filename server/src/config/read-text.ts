import { readFileSync } from 'node:fs';

/** The byte order mark of UTF-16 (little-endian), in which Windows PowerShell writes files by `>`. */
const UTF_16_MARK = Buffer.from([0xff, 0xfe]);

/** Reads a text file in UTF-8 or UTF-16, without its byte order mark. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  const isUtf16 = bytes.subarray(0, 2).equals(UTF_16_MARK);
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}
