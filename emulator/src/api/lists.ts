import { z } from 'zod';
import { wrongValue } from '../errors.js';
import { rankOf } from '../store/collection.js';
import type { Resource } from '../store/resources.js';
import { readFilter } from './filters.js';
import type { FilterKind } from './filters.js';
import { readParameters } from './parameters.js';

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
 * Where a resource stands in a list: by the time that it is sorted by, and among those of one time by when it was inserted. So the place
 * is known also of what has gone, or is not one of those listed any more.
 */
interface Place {
  time: number;
  rank: number;
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
  const tests = Object.entries(rest).flatMap(([name, value]) =>
    readFilter(name, filters[name], value).map((test) => ({ name, test })),
  );
  const { name, compare } = readOrder(sort_by, filters);
  const after = offset === undefined ? undefined : readOffset(offset);

  const places = resources
    .filter((resource) => tests.every(({ name, test }) => test(Reflect.get(resource, name))))
    .map((resource) => ({
      resource,
      time: Number(Reflect.get(resource, name) ?? 0),
      rank: rankOf(resource),
    }))
    .filter((place) => !after || compare(after, place) < 0)
    .sort(compare);
  const page = places.slice(0, limit);
  const last = page.at(-1);
  return {
    list: page.map(({ resource }) => resource),
    ...(last && places.length > limit ? { next_offset: offsetAfter(last) } : {}),
  };
}

/** By which time, and in which direction; the newest first when nothing is said. */
function readOrder(
  by: { asc?: string | undefined; desc?: string | undefined } = {},
  filters: Readonly<Record<string, FilterKind>>,
): { name: string; compare: (a: Place, b: Place) => number } {
  const direction = by.asc === undefined ? 'desc' : 'asc';
  const asked = by.asc ?? by.desc;
  if (asked !== undefined && filters[asked] !== 'timestamp') {
    const times = Object.keys(filters).filter((name) => filters[name] === 'timestamp');
    throw wrongValue(
      `sort_by[${direction}]`,
      times.length ? `should be one of ${times.join(', ')}` : 'this list cannot be sorted',
    );
  }
  const sign = direction === 'asc' ? 1 : -1;
  return {
    name: asked ?? 'created_at',
    compare: (a, b) => sign * (a.time - b.time || a.rank - b.rank),
  };
}

const offsetAfter = ({ time, rank }: Place): string => JSON.stringify([String(time), String(rank)]);

const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const offsetSchema = z.tuple([digits, digits]);

function readOffset(offset: string): Place {
  try {
    const [time, rank] = offsetSchema.parse(JSON.parse(offset));
    return { time, rank };
  } catch {
    throw wrongValue('offset', 'should be the next_offset of an earlier answer');
  }
}
