import { isObject } from '../is-object.js';

/** The maximum length of a claim's value in a log line or explanation. */
const MAX_SHOWN_LENGTH = 100;

/** A claim as it was found. */
export interface FoundClaim {
  /** Its path in the token, as far as the path leads. */
  claim: string;
  value: unknown;
  /** Whether the path goes on, but the value is not an object: a list of objects, for example, or an object encoded as JSON. */
  isObstacle: boolean;
}

/**
 * Finds a claim. A claim with exactly this name takes precedence, since identity providers use URLs as names. Otherwise the name
 * is a path, separated by dots; at each level, the longest existing name is used.
 */
export function findClaim(claims: object, path: string, parents = ''): FoundClaim {
  const found = { claim: `${parents}${path}`, value: undefined, isObstacle: false };
  if (Object.hasOwn(claims, path)) return { ...found, value: Reflect.get(claims, path) as unknown };
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(claims, name)) continue;
    const value: unknown = Reflect.get(claims, name);
    if (isNothing(value)) return found;
    return isObject(value)
      ? findClaim(value, path.slice(dot + 1), `${parents}${name}.`)
      : { claim: `${parents}${name}`, value, isObstacle: true };
  }
  return found;
}

/** Describes the value at which a claim's path ends too early, for a log line or an explanation. */
export function describeObstacle({ claim, value }: FoundClaim) {
  return { claim, expected: 'an object', got: describeType(value) };
}

/** Returns whether the value of a claim counts as missing. */
function isNothing(value: unknown): boolean {
  return value == null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** OpenID Connect Core, section 2: a subject has at most 255 characters. */
const MAX_SUBJECT_LENGTH = 255;
export const EXPECTED_SUBJECT = `a string of 1 to ${MAX_SUBJECT_LENGTH} characters`;

/** Returns whether the value of `sub` identifies a user. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_SUBJECT_LENGTH;
}

/** Describes a claim's value: strings and lists of strings by their shortened content, all others only by type. */
export function describeClaim(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    // In brackets, to distinguish a list of one from a string.
    return value.length === 0 ? 'an empty list' : `[${cut(value.map(quote).join(', '))}]`;
  }
  return describeType(value);
}

/** Describes a claim's value only by type, for values that must not be logged. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (Array.isArray(value)) {
    // Without the contents of lists within it, which may be nested as deeply as the token is long.
    const kindOf = (item: unknown) => (Array.isArray(item) ? 'a list' : describeType(item));
    const kinds = [...new Set(value.map(kindOf))].slice(0, 3);
    return value.length === 0 ? 'an empty list' : `a list of ${kinds.join(', ')}`;
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function quote(text: string): string {
  return `"${cut(text)}"`;
}

function cut(text: string): string {
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
