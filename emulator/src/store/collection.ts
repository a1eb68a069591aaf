import { ChargebeeError, notFound } from '../errors.js';
import type { Clock } from '../clock.js';
import type { Resource } from './resources.js';

export interface CollectionOptions {
  clock: Clock;
  /** The maximum number of resources. */
  limit: number;
  /** Whether `insert` rejects a new resource when the collection is full, or evicts the oldest one. */
  whenFull: 'reject' | 'drop-oldest';
  /** Called after every write with the id of the written resource, which is empty for `restore`. */
  onWrite: (kind: 'put' | 'delete' | 'restore', id: string) => void;
}

const ranks = new WeakMap<Resource, number>();

/** Returns a stored resource's position in insertion order among its kind. Updates do not change it. */
export const rankOf = (resource: Resource): number => ranks.get(resource) ?? 0;

/** Returns a stored resource with additional attributes. It keeps the insertion order of the original. */
export function extended<T extends Resource, More extends object>(
  resource: T,
  more: More,
): Omit<T, keyof More> & More {
  const item = { ...resource, ...more };
  ranks.set(item, rankOf(resource));
  return item;
}

/** Resources of one kind, by id. Resources are immutable: every update creates a new object. */
export class Collection<T extends Resource> {
  #items = new Map<string, T>();
  #groups = new Map<string, Set<string>>();
  #insertCount = 0;
  #rehearsing = false;
  /** The contents before the first write of a rehearsal. */
  #before: { items: Map<string, T>; groups: Map<string, Set<string>> } | undefined;

  /** @param groupOf Returns the group that `group` finds a resource by. It must not change over time. */
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

  /** Returns all matching resources, newest first. */
  list(matches: (item: T) => boolean = () => true): T[] {
    return newestFirst([...this.#items.values()].filter(matches));
  }

  /** Returns the resources of a group, newest first. Uses an index, not a scan of all resources. */
  group(name: string): T[] {
    return newestFirst([...(this.#groups.get(name) ?? [])].map((id) => this.require(id)));
  }

  /** From now on, writes can be undone by `endRehearsal`, and are not reported to `onWrite`. */
  beginRehearsal(): void {
    this.#rehearsing = true;
  }

  /** Undoes all writes since `beginRehearsal`. */
  endRehearsal(): void {
    if (this.#before) {
      this.#items = this.#before.items;
      this.#groups = this.#before.groups;
    }
    this.#before = undefined;
    this.#rehearsing = false;
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
    if (this.#items.size >= this.options.limit) this.#evictOldest();
    const stored = this.#stamp(item);
    this.#beforeWrite();
    this.#add(stored);
    this.#report('put', stored.id);
    return stored;
  }

  /** Updates attributes. An attribute set to `undefined` is removed. */
  update(id: string, changes: Partial<T>): T {
    const before = this.require(id);
    const item = this.#stamp({ ...before, ...changes }, before.resource_version);
    ranks.set(item, rankOf(before));
    this.#beforeWrite();
    this.#items.set(id, item);
    this.#report('put', id);
    return item;
  }

  delete(id: string): void {
    if (!this.#items.has(id)) return;
    this.#beforeWrite();
    this.#remove(id);
    this.#report('delete', id);
  }

  /** Returns all resources in insertion order, for saving. */
  dump(): T[] {
    return [...this.#items.values()];
  }

  /** Replaces all resources. */
  restore(items: readonly T[]): void {
    this.#beforeWrite();
    this.#items.clear();
    this.#groups.clear();
    for (const item of items) this.#add(item);
    this.#report('restore', '');
  }

  /** Copies the contents before the first write of a rehearsal. The resources are immutable, so they need no copies. */
  #beforeWrite(): void {
    if (!this.#rehearsing || this.#before) return;
    this.#before = {
      items: new Map(this.#items),
      groups: new Map([...this.#groups].map(([name, ids]) => [name, new Set(ids)])),
    };
  }

  #report(kind: 'put' | 'delete' | 'restore', id: string): void {
    if (!this.#rehearsing) this.options.onWrite(kind, id);
  }

  #add(item: T): void {
    this.#insertCount += 1;
    ranks.set(item, this.#insertCount);
    this.#items.set(item.id, item);
    const name = this.groupOf(item);
    if (name === undefined) return;
    const group = this.#groups.get(name) ?? new Set();
    this.#groups.set(name, group.add(item.id));
  }

  #remove(id: string): void {
    const item = this.#items.get(id);
    const name = item && this.groupOf(item);
    if (name !== undefined) this.#groups.get(name)?.delete(id);
    this.#items.delete(id);
  }

  /** Webhook receivers order changes by `resource_version`, so it increases even within a millisecond or after the clock is moved back. */
  #stamp(item: T, previousVersion = 0): T {
    const stamped = {
      ...item,
      updated_at: this.options.clock.now(),
      resource_version: Math.max(this.options.clock.nowMs(), previousVersion + 1),
    };
    return Object.fromEntries(
      Object.entries(stamped).filter(([, value]) => value !== undefined),
    ) as T;
  }

  #evictOldest(): void {
    const oldest = this.#items.keys().next();
    if (this.options.whenFull === 'reject' || oldest.done) {
      throw new ChargebeeError(
        400,
        'invalid_request',
        'resource_limit_exceeded',
        `The emulator holds at most ${this.options.limit} of these. Reset it by POST /_emulator/reset.`,
      );
    }
    this.delete(oldest.value);
  }
}

/** Sorts resources from insertion order into list order. */
const newestFirst = <T extends Resource>(items: T[]): T[] =>
  items.reverse().sort((a, b) => b.created_at - a.created_at);
