import { ChargebeeError, notFound } from '../errors.js';
import type { Clock } from '../clock.js';
import type { Resource } from './resources.js';

export interface CollectionOptions {
  clock: Clock;
  /** How many it holds at most. */
  limit: number;
  /** Whether the oldest makes room for a new one, or the new one is refused. */
  whenFull: 'refuse' | 'drop-oldest';
  /** Called after every write. */
  onWrite: () => void;
}

const ranks = new WeakMap<Resource, number>();

/** Where a stored resource stands in the order in which those of its kind were inserted. Changes do not move it. */
export const rankOf = (resource: Resource): number => ranks.get(resource) ?? 0;

/** A stored resource with further attributes. It stands where the resource itself does. */
export function extended<T extends Resource, More extends object>(
  resource: T,
  more: More,
): Omit<T, keyof More> & More {
  const item = { ...resource, ...more };
  ranks.set(item, rankOf(resource));
  return item;
}

/** Resources of one kind by their id. They are never changed in place: every update makes a new object. */
export class Collection<T extends Resource> {
  readonly #items = new Map<string, T>();
  readonly #groups = new Map<string, Set<string>>();
  #inserted = 0;

  /** @param groupOf What `group` finds them by. It never changes. */
  constructor(
    private readonly options: CollectionOptions,
    private readonly groupOf: (item: T) => string | undefined = () => undefined,
  ) {}

  get size(): number {
    return this.#items.size;
  }

  get(id: string): T | undefined {
    return this.#items.get(id);
  }

  /** @throws ChargebeeError `resource_not_found` */
  require(id: string, param?: string): T {
    const item = this.#items.get(id);
    if (!item) throw notFound(id, param);
    return item;
  }

  /** All, the newest first. */
  list(matches: (item: T) => boolean = () => true): T[] {
    return newestFirst([...this.#items.values()].filter(matches));
  }

  /** Those of a group, the newest first, without a look at all the others. */
  group(name: string): T[] {
    return newestFirst([...(this.#groups.get(name) ?? [])].map((id) => this.require(id)));
  }

  /** @throws ChargebeeError `duplicate_entry`, `resource_limit_exceeded` */
  insert(item: T): T {
    if (this.#items.has(item.id)) {
      throw new ChargebeeError(
        400,
        'invalid_request',
        'duplicate_entry',
        `The value ${item.id} is already present.`,
        'id',
      );
    }
    if (this.#items.size >= this.options.limit) this.#makeRoom();
    const stored = this.#stamp(item);
    this.#add(stored);
    this.options.onWrite();
    return stored;
  }

  /** Changes some attributes; those given as `undefined` are removed. */
  update(id: string, changes: Partial<T>): T {
    const before = this.require(id);
    const item = this.#stamp({ ...before, ...changes });
    ranks.set(item, rankOf(before));
    this.#items.set(id, item);
    this.options.onWrite();
    return item;
  }

  delete(id: string): void {
    if (this.#remove(id)) this.options.onWrite();
  }

  /** Everything, for saving. */
  dump(): T[] {
    return [...this.#items.values()];
  }

  /** Puts these in place of what is there. */
  restore(items: readonly T[]): void {
    this.#items.clear();
    this.#groups.clear();
    for (const item of items) this.#add(item);
    this.options.onWrite();
  }

  #add(item: T): void {
    this.#inserted += 1;
    ranks.set(item, this.#inserted);
    this.#items.set(item.id, item);
    const name = this.groupOf(item);
    if (name === undefined) return;
    const group = this.#groups.get(name) ?? new Set();
    this.#groups.set(name, group.add(item.id));
  }

  #remove(id: string): boolean {
    const item = this.#items.get(id);
    const name = item && this.groupOf(item);
    if (name !== undefined) this.#groups.get(name)?.delete(id);
    return this.#items.delete(id);
  }

  #stamp(item: T): T {
    const stamped = {
      ...item,
      updated_at: this.options.clock.now(),
      resource_version: this.options.clock.nowMs(),
    };
    return Object.fromEntries(
      Object.entries(stamped).filter(([, value]) => value !== undefined),
    ) as T;
  }

  #makeRoom(): void {
    const oldest = this.#items.keys().next();
    if (this.options.whenFull === 'refuse' || oldest.done) {
      throw new ChargebeeError(
        400,
        'invalid_request',
        'resource_limit_exceeded',
        `The emulator holds at most ${this.options.limit} of these. Reset it by POST /_emulator/reset.`,
      );
    }
    this.#remove(oldest.value);
  }
}

/** Puts what is in the order of insertion into that of lists. */
const newestFirst = <T extends Resource>(items: T[]): T[] =>
  items.reverse().sort((a, b) => b.created_at - a.created_at);
