import { z } from 'zod';
import { wrongValue } from '../errors.js';
import { rankOf } from '../store/collection.js';
import type { Resource } from '../store/resources.js';
import { parseFilter } from './filters.js';
import type { FilterKind } from './filters.js';
import { boolean, parseParameters } from './parameters.js';

const paging = z.looseObject({
  limit: z
    .string()
    .regex(/^\d+$/, 'should be an integer')
    .transform(Number)
    .pipe(z.number().min(1, 'should be 1 or more').max(100, 'should be 100 or less'))
    .default(10),
  offset: z.string().max(1000).optional(),
  include_deleted: boolean.optional(),
  sort_by: z.strictObject({ asc: z.string().optional(), desc: z.string().optional() }).optional(),
});

export interface ResourcePage<T> {
  list: T[];
  /** The offset of the next page; absent on the last page. */
  next_offset?: string;
}

/**
 * A position in a sorted list: the sort timestamp, then the insertion order for equal timestamps. It stays valid when the resource it was
 * taken from is deleted or no longer matches the filters.
 */
interface Cursor {
  time: number;
  rank: number;
}

/**
 * Filters, sorts and paginates resources by a list call's query parameters.
 * @throws ChargebeeError `param_wrong_value`
 */
export function queryResources<T extends Resource>(
  resources: readonly T[],
  query: unknown,
  filters: Readonly<Record<string, FilterKind>>,
): ResourcePage<T> {
  const {
    limit,
    offset,
    include_deleted: _deleted,
    sort_by,
    ...rest
  } = parseParameters(paging, query);
  const predicates = Object.entries(rest).flatMap(([name, value]) =>
    parseFilter(name, filters[name], value).map((predicate) => ({ name, predicate })),
  );
  const { name, compare } = parseSortBy(sort_by, filters);
  const after = offset === undefined ? undefined : parseOffset(offset);

  const rows = resources
    .filter((resource) =>
      predicates.every(({ name, predicate }) => predicate(Reflect.get(resource, name))),
    )
    .map((resource) => ({
      resource,
      time: Number(Reflect.get(resource, name) ?? 0),
      rank: rankOf(resource),
    }))
    .filter((row) => !after || compare(after, row) < 0)
    .sort(compare);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    list: page.map(({ resource }) => resource),
    ...(last && rows.length > limit ? { next_offset: toOffset(last) } : {}),
  };
}

/** Parses `sort_by`. The default is the newest first. */
function parseSortBy(
  by: { asc?: string | undefined; desc?: string | undefined } = {},
  filters: Readonly<Record<string, FilterKind>>,
): { name: string; compare: (a: Cursor, b: Cursor) => number } {
  const direction = by.asc === undefined ? 'desc' : 'asc';
  const requested = by.asc ?? by.desc;
  if (requested !== undefined && filters[requested] !== 'timestamp') {
    const sortable = Object.keys(filters).filter((name) => filters[name] === 'timestamp');
    throw wrongValue(
      `sort_by[${direction}]`,
      sortable.length ? `should be one of ${sortable.join(', ')}` : 'this list cannot be sorted',
    );
  }
  const sign = direction === 'asc' ? 1 : -1;
  return {
    name: requested ?? 'created_at',
    compare: (a, b) => sign * (a.time - b.time || a.rank - b.rank),
  };
}

const toOffset = ({ time, rank }: Cursor): string => JSON.stringify([String(time), String(rank)]);

const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const offsetSchema = z.tuple([digits, digits]);

function parseOffset(offset: string): Cursor {
  try {
    const [time, rank] = offsetSchema.parse(JSON.parse(offset));
    return { time, rank };
  } catch {
    throw wrongValue('offset', 'should be the next_offset of an earlier answer');
  }
}
