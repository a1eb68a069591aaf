import { z } from 'zod';
import { wrongValue } from '../errors.js';
import { boolean, integer, readParameters, timestamp } from './parameters.js';

/** How an attribute can be filtered: Chargebee's operators differ by its kind. A list is the values of an enumeration. */
export type FilterKind = 'string' | 'timestamp' | 'number' | 'boolean' | readonly string[];

/** Whether a resource's attribute is what a filter wants. */
export type Test = (actual: unknown) => boolean;

/** Reads what an operator is given, and makes the test for it. */
type Operator = z.ZodType<Test>;

type Value<T> = z.ZodType<T, string>;

const is = <T>(value: Value<T>): Operator =>
  value.transform((wanted) => (actual) => actual === wanted);

const isIn = <T>(value: Value<T>): Operator =>
  listOf(value).transform((wanted) => (actual) => (wanted as unknown[]).includes(actual));

const not = (operator: Operator): Operator =>
  operator.transform((test) => (actual) => !test(actual));

const compare = (
  value: Value<number>,
  test: (actual: number, wanted: number) => boolean,
): Operator =>
  value.transform((wanted) => (actual) => typeof actual === 'number' && test(actual, wanted));

const between = (value: Value<number>): Operator =>
  listOf(value, 2).transform(
    ([from = NaN, to = NaN]) =>
      (actual) =>
        typeof actual === 'number' && actual >= from && actual <= to,
  );

const is_present: Operator = boolean.transform(
  (wanted) => (actual) => (actual !== undefined) === wanted,
);

const text = z.string('should be a text');

const startsWith: Operator = text.transform(
  (wanted) => (actual) => typeof actual === 'string' && actual.startsWith(wanted),
);

const choice = <T>(value: Value<T>) => ({
  is: is(value),
  is_not: not(is(value)),
  in: isIn(value),
  not_in: not(isIn(value)),
  is_present,
});

const DAY = 86_400;

const OPERATORS = {
  string: { ...choice(text), starts_with: startsWith },
  boolean: { is: is(boolean), is_present },
  timestamp: {
    after: compare(timestamp, (actual, wanted) => actual > wanted),
    before: compare(timestamp, (actual, wanted) => actual < wanted),
    on: compare(
      timestamp,
      (actual, wanted) => Math.floor(actual / DAY) === Math.floor(wanted / DAY),
    ),
    between: between(timestamp),
    is_present,
  },
  number: {
    is: is(integer),
    is_not: not(is(integer)),
    gt: compare(integer, (actual, wanted) => actual > wanted),
    gte: compare(integer, (actual, wanted) => actual >= wanted),
    lt: compare(integer, (actual, wanted) => actual < wanted),
    lte: compare(integer, (actual, wanted) => actual <= wanted),
    between: between(integer),
    is_present,
  },
} satisfies Record<string, Record<string, Operator>>;

function operatorsOf(kind: FilterKind): Record<string, Operator> {
  if (typeof kind === 'string') return OPERATORS[kind];
  return choice(z.enum(kind, `should be one of ${kind.join(', ')}`));
}

/**
 * Reads a filter, such as `{ is: 'active' }` for `status[is]=active`.
 * @throws ChargebeeError `param_wrong_value`
 */
export function readFilter(name: string, kind: FilterKind | undefined, value: unknown): Test[] {
  if (!kind) throw wrongValue(name, 'this parameter is not known here and should not be sent');
  if (typeof value !== 'object' || value === null) {
    throw wrongValue(name, `should be sent with an operator, such as ${name}[is]`);
  }
  const operators = operatorsOf(kind);
  for (const operator of Object.keys(value)) {
    if (!Object.hasOwn(operators, operator)) {
      const known = Object.keys(operators).join(', ');
      throw wrongValue(`${name}[${operator}]`, `operator should be one of ${known}`);
    }
  }
  const filter = z.object({ [name]: z.object(operators).partial() });
  const { [name]: tests = {} } = readParameters(filter, { [name]: value });
  return Object.values(tests).filter((test) => test !== undefined);
}

/** A list of values. Each of them is checked, and what is wrong with one is wrong with the whole. */
function listOf<T>(value: Value<T>, length?: number) {
  return text.transform((list, context): T[] => {
    const parts = partsOf(list);
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

/** Chargebee takes `["a","b"]`, and `[a,b]` as well. */
function partsOf(list: string): string[] {
  try {
    const { success, data } = jsonList.safeParse(JSON.parse(list));
    if (success) return data;
  } catch {
    // It is not JSON, but may be the other way to write it.
  }
  return list
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((part) => part.trim().replace(/^"|"$/g, ''));
}
