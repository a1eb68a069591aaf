import { z } from 'zod';
import { wrongValue } from '../errors.js';
import { ignoreParameter } from './ignored-parameters.js';
import { boolean, integer, oneOf, parseParameters, timestamp } from './parameters.js';

/** The type of a filterable attribute, which determines the operators it supports. An array lists the values of an enumeration. */
export type FilterKind = 'string' | 'timestamp' | 'number' | 'boolean' | readonly string[];

/** Returns whether the value of a resource's attribute matches a filter. */
export type Predicate = (actual: unknown) => boolean;

/** An attribute with several values matches when one of them does. */
const anyOf =
  (predicate: Predicate): Predicate =>
  (actual) =>
    Array.isArray(actual) ? actual.some(predicate) : predicate(actual);

/** Parses an operator's operand into a predicate. */
type Operator = z.ZodType<Predicate>;

type Value<T> = z.ZodType<T, string>;

/** Ruby and PHP encode arrays as `status[in][0]`. Chargebee ignores those and lists every resource, so the emulator rejects them. */
const LIST_MESSAGE =
  'should be one text such as ["a","b"]: Chargebee ignores a list sent as [in][0]';

const is = <T>(value: Value<T>): Operator =>
  value.transform((expected) => anyOf((actual) => actual === expected));

const isIn = <T>(value: Value<T>): Operator =>
  listOf(value).transform((expected) =>
    anyOf((actual) => (expected as unknown[]).includes(actual)),
  );

const not = (operator: Operator): Operator =>
  operator.transform((predicate) => (actual) => !predicate(actual));

const compare = (
  value: Value<number>,
  matches: (actual: number, expected: number) => boolean,
): Operator =>
  value.transform(
    (expected) => (actual) => typeof actual === 'number' && matches(actual, expected),
  );

const between = (value: Value<number>): Operator =>
  listOf(value, 2).transform(
    ([from = NaN, to = NaN]) =>
      (actual) =>
        typeof actual === 'number' && actual >= from && actual <= to,
  );

const is_present: Operator = boolean.transform(
  (expected) => (actual) => (actual !== undefined) === expected,
);

const text = z.string('should be a text');

const startsWith: Operator = text.transform((expected) =>
  anyOf((actual) => typeof actual === 'string' && actual.startsWith(expected)),
);

const equalityOperators = <T>(value: Value<T>) => ({
  is: is(value),
  is_not: not(is(value)),
  in: isIn(value),
  not_in: not(isIn(value)),
  is_present,
});

const DAY = 86_400;

const OPERATORS = {
  string: { ...equalityOperators(text), starts_with: startsWith },
  boolean: { is: is(boolean), is_present },
  timestamp: {
    after: compare(timestamp, (actual, expected) => actual > expected),
    before: compare(timestamp, (actual, expected) => actual < expected),
    on: compare(
      timestamp,
      (actual, expected) => Math.floor(actual / DAY) === Math.floor(expected / DAY),
    ),
    between: between(timestamp),
    is_present,
  },
  number: {
    is: is(integer),
    is_not: not(is(integer)),
    gt: compare(integer, (actual, expected) => actual > expected),
    gte: compare(integer, (actual, expected) => actual >= expected),
    lt: compare(integer, (actual, expected) => actual < expected),
    lte: compare(integer, (actual, expected) => actual <= expected),
    between: between(integer),
    is_present,
  },
} satisfies Record<string, Record<string, Operator>>;

function operatorsOf(kind: FilterKind): Record<string, Operator> {
  if (typeof kind === 'string') return OPERATORS[kind];
  return equalityOperators(oneOf(kind));
}

/**
 * Parses a filter, such as `{ is: 'active' }` for `status[is]=active`.
 * @throws ChargebeeError `param_wrong_value`
 */
export function parseFilter(
  name: string,
  kind: FilterKind | undefined,
  value: unknown,
): Predicate[] {
  if (!kind) {
    parameterNames(name, value).forEach(ignoreParameter);
    return [];
  }
  if (typeof value !== 'object' || value === null) {
    throw wrongValue(name, `should be sent with an operator, such as ${name}[is]`);
  }
  const operators = operatorsOf(kind);
  for (const operator of Object.keys(value)) {
    if (!Object.hasOwn(operators, operator)) {
      const supported = Object.keys(operators).join(', ');
      throw wrongValue(`${name}[${operator}]`, `operator should be one of ${supported}`);
    }
  }
  const filter = z.object({ [name]: z.object(operators).partial() });
  const { [name]: predicates = {} } = parseParameters(filter, { [name]: value });
  return Object.values(predicates).filter((predicate) => predicate !== undefined);
}

/** Returns the full names of all values nested in a parameter, such as `relationship[parent_id][is]`. */
function parameterNames(name: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [name];
  return Object.entries(value).flatMap(([key, inner]) => parameterNames(`${name}[${key}]`, inner));
}

/** Parses a list, and reports the first invalid value as the error of the whole list. */
function listOf<T>(value: Value<T>, length?: number) {
  return z.string(LIST_MESSAGE).transform((list, context): T[] => {
    const parts = splitList(list);
    const { success, data, error } = z.array(value).min(1).safeParse(parts);
    if (success && (length === undefined || parts.length === length)) return data;
    const message = success
      ? `should be a list of ${length}`
      : (error.issues[0]?.message ?? 'should be a list');
    context.addIssue({ code: 'custom', message, input: list });
    return z.NEVER;
  });
}

const jsonList = z.array(z.union([z.string(), z.number().transform(String)]));

/** One value of a list: a single- or double-quoted string with backslash escapes, or unquoted text up to the next comma. */
const LIST_VALUE = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|$)/gsy;

/** Splits a list into its values. Chargebee accepts `["a","b"]` and `[a,b]`; its Python SDK sends `['a', 'b']`. */
function splitList(list: string): string[] {
  try {
    const { success, data } = jsonList.safeParse(JSON.parse(list));
    if (success) return data;
  } catch {
    // Not JSON: one of the other two notations.
  }
  const text = list.trim().replace(/^\[(.*)\]$/s, '$1');
  return [...`${text},`.matchAll(LIST_VALUE)]
    .slice(0, -1)
    .map(([, single, double, bare = '']) => (single ?? double)?.replace(/\\(.)/gs, '$1') ?? bare);
}
