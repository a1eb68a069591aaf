/** Characters that JSON allows, but that terminals take for commands, and some readers of logs for line breaks. */
const IN_JSON = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const IN_TEXT = new RegExp(`[\\0-\\x1f]|${IN_JSON.source}`, 'g');

/** Escapes control characters in a line of JSON: callers choose texts in it, such as their user agent. */
export function escapeControlsInJson(line: string): string {
  return line.replace(IN_JSON, escaped);
}

/** Escapes control characters, line breaks too, in a text that is not JSON. */
export function escapeControls(text: string): string {
  return text.replace(IN_TEXT, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
