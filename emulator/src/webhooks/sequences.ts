/** Items with ids, in insertion order. Items with the same key form a sequence. */
export class Sequences<Item> {
  readonly #items = new Map<string, { key: string; item: Item }>();
  readonly #groups = new Map<string, Set<string>>();

  /** Appends an item, or replaces the item with this id at its position. */
  set(id: string, key: string, item: Item): void {
    this.#items.set(id, { key, item });
    const group = this.#groups.get(key) ?? new Set();
    this.#groups.set(key, group.add(id));
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  get(id: string): Item | undefined {
    return this.#items.get(id)?.item;
  }

  delete(id: string): void {
    const key = this.#items.get(id)?.key;
    if (key === undefined) return;
    this.#items.delete(id);
    const group = this.#groups.get(key);
    group?.delete(id);
    if (group?.size === 0) this.#groups.delete(key);
  }

  clear(): void {
    this.#items.clear();
    this.#groups.clear();
  }

  ids(): string[] {
    return [...this.#items.keys()];
  }

  keys(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Returns the ids of a sequence, in order. */
  group(key: string): Iterable<string> {
    return this.#groups.get(key) ?? [];
  }
}
