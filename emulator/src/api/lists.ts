import { z } from 'zod';
import { wrongValue } from '../errors.js';
import type { Resource } from '../store/resources.js';
import { readParameters } from './parameters.js';

/** How an attribute can be filtered: Chargebee's operators differ by its kind. */
export type FilterKind = 'string' | 'timestamp' | 'number' | 'enum' | 'boolean';

type Comparison = (actual: unknown, wanted: string) => boolean;

const compare = (test: (actual: number, wanted: number) => boolean): Comparison => {
  return (actual, wanted) => typeof actual === 'number' && test(actual, Number(wanted));
};
/** An attribute as text; objects and lists cannot be filtered by. */
const textOf = (actual: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof actual) ? String(actual) : '';
const is: Comparison = (actual, wanted) => textOf(actual) === wanted;
const isIn: Comparison = (actual, wanted) => listOf(wanted).some((one) => is(actual, one));
const between: Comparison = (actual, wanted) => {
  const [from = NaN, to = NaN] = listOf(wanted).map(Number);
  return typeof actual === 'number' && actual >= from && actual <= to;
};
const not = (comparison: Comparison): Comparison => {
  return (actual, wanted) => !comparison(actual, wanted);
};

const text = {
  is,
  is_not: not(is),
  starts_with: (actual, wanted) => textOf(actual).startsWith(wanted),
  in: isIn,
  not_in: not(isIn),
  is_present: (actual, wanted) => (actual !== undefined) === (wanted === 'true'),
} satisfies Record<string, Comparison>;

const DAY = 86_400;

const OPERATORS: Record<FilterKind, Record<string, Comparison>> = {
  string: text,
  enum: { is, is_not: not(is), in: isIn, not_in: not(isIn) },
  boolean: { is },
  timestamp: {
    after: compare((actual, wanted) => actual > wanted),
    before: compare((actual, wanted) => actual < wanted),
    on: compare((actual, wanted) => Math.floor(actual / DAY) === Math.floor(wanted / DAY)),
    between,
  },
  number: {
    is,
    gt: compare((actual, wanted) => actual > wanted),
    gte: compare((actual, wanted) => actual >= wanted),
    lt: compare((actual, wanted) => actual < wanted),
    lte: compare((actual, wanted) => actual <= wanted),
    between,
  },
};

const paging = z.looseObject({
  limit: z
    .string()
    .regex(/^\d+$/, 'should be an integer')
    .transform(Number)
    .pipe(z.number().min(1, 'should be 1 or more').max(100, 'should be 100 or less'))
    .default(10),
  offset: z.string().max(1000).optional(),
  include_deleted: z.enum(['true', 'false'], 'should be true or false').optional(),
  sort_by: z.strictObject({ asc: z.string().optional(), desc: z.string().optional() }).optional(),
});

export interface ListAnswer<T> {
  list: T[];
  /** Where the next page begins; not there on the last. */
  next_offset?: string;
}

/**
 * Filters, sorts and pages resources as a list call asks for.
 * @throws ChargebeeError `param_wrong_value`
 */
export function answerList<T extends Resource>(
  resources: readonly T[],
  query: unknown,
  filters: Readonly<Record<string, FilterKind>>,
): ListAnswer<T> {
  const {
    limit,
    offset,
    include_deleted: _deleted,
    sort_by,
    ...rest
  } = readParameters(paging, query);
  const matches = Object.entries(rest).flatMap(([name, value]) =>
    toPredicates(name, filters[name], value),
  );
  const found = resources.filter((resource) => matches.every((match) => match(resource)));
  const sorted = sort(found, sort_by, filters);
  const begin = offset === undefined ? 0 : positionOf(offset, sorted);
  const list = sorted.slice(begin, begin + limit);
  const last = list.at(-1);
  const more = begin + limit < sorted.length && last;
  return {
    list,
    ...(more ? { next_offset: JSON.stringify([String(last.created_at), last.id]) } : {}),
  };
}

function toPredicates<T extends Resource>(
  name: string,
  kind: FilterKind | undefined,
  value: unknown,
): ((resource: T) => boolean)[] {
  const operators = kind && OPERATORS[kind];
  if (!operators) throw wrongValue(name, 'this parameter is not known here and should not be sent');
  if (typeof value !== 'object' || value === null) {
    throw wrongValue(name, `should be sent with an operator, such as ${name}[is]`);
  }
  return Object.entries(value).map(([operator, wanted]: [string, unknown]) => {
    const comparison = operators[operator];
    const param = `${name}[${operator}]`;
    if (!comparison) {
      throw wrongValue(param, `operator should be one of ${Object.keys(operators).join(', ')}`);
    }
    if (typeof wanted !== 'string') throw wrongValue(param, 'should be a text');
    return (resource) => comparison(Reflect.get(resource, name), wanted);
  });
}

function sort<T extends Resource>(
  resources: readonly T[],
  by: { asc?: string; desc?: string } | undefined,
  filters: Readonly<Record<string, FilterKind>>,
): readonly T[] {
  const direction = by?.asc === undefined ? 'desc' : 'asc';
  const name = by?.asc ?? by?.desc;
  if (name === undefined) return resources;
  if (filters[name] !== 'timestamp') {
    throw wrongValue(`sort_by[${direction}]`, 'should be the name of a time, such as created_at');
  }
  const sign = direction === 'asc' ? 1 : -1;
  const at = (resource: T) => Number(Reflect.get(resource, name) ?? 0);
  return [...resources].sort((a, b) => sign * (at(a) - at(b)));
}

/** The position after the resource that an offset names, or after its time when it is there no more. */
function positionOf(offset: string, sorted: readonly Resource[]): number {
  const [createdAt, id] = listOf(offset);
  if (!/^\d+$/.test(createdAt ?? '') || id === undefined) {
    throw wrongValue('offset', 'should be the next_offset of an earlier answer');
  }
  const index = sorted.findIndex((resource) => resource.id === id);
  if (index >= 0) return index + 1;
  const older = sorted.findIndex((resource) => resource.created_at < Number(createdAt));
  return older >= 0 ? older : sorted.length;
}

/** Chargebee takes `["a","b"]`, and `[a,b]` as well. */
function listOf(wanted: string): string[] {
  return wanted
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((part) => part.trim().replace(/^"|"$/g, ''));
}
