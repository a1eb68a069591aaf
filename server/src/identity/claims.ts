/** The longest value of a claim that a log line or an explanation shows. */
const LONGEST_SHOWN = 100;

/**
 * The value of a claim. A name that stands in the token as it is wins, whatever dots and slashes it has, for identity
 * providers use URLs as names. Else the name is a path whose parts are joined by dots, and of the names that exist at
 * each level the longest is taken.
 */
export function readClaim(claims: object, path: string): unknown {
  if (Object.hasOwn(claims, path)) return Reflect.get(claims, path);
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(claims, name)) continue;
    const value: unknown = Reflect.get(claims, name);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? readClaim(value, path.slice(dot + 1)) : undefined;
  }
  return undefined;
}

/** A claim's value in words: strings and lists of strings as they are, cut short, and of all else its type alone. */
export function describeClaim(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    // In brackets: a list of one is another thing than a string.
    return value.length === 0 ? 'an empty list' : `[${cut(value.map(quote).join(', '))}]`;
  }
  return describeType(value);
}

/** The type of a claim's value, for values that are nobody's business. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (Array.isArray(value)) {
    const kinds = [...new Set(value.map(describeType))].slice(0, 3);
    return value.length === 0 ? 'an empty list' : `a list of ${kinds.join(', ')}`;
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function quote(text: string): string {
  return `"${cut(text)}"`;
}

function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
