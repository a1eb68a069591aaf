import type { Snapshot, Tables, Write } from '../store/tables.js';

export type TableName = keyof Tables;

/** A change to one resource of a table. */
export type Change =
  | [table: string, kind: 'put', resource: { id: string }]
  | [table: string, kind: 'delete', id: string];

/** The resources that have been written since the last save. */
export class PendingChanges {
  /** Written ids by table. The value is whether the id was deleted, even if it has been inserted again. */
  readonly #written = new Map<TableName, Map<string, boolean>>();
  #allWritten = false;

  get isEmpty(): boolean {
    return !this.#allWritten && this.#written.size === 0;
  }

  add(write: Write): void {
    if (write.kind === 'restore') return this.markAll();
    if (this.#allWritten) return;
    const { table, id, kind } = write;
    const ids = this.#written.get(table) ?? new Map<string, boolean>();
    this.#written.set(table, ids);
    // Removing the id first moves it to the end, where a resource that is inserted again belongs.
    if (kind === 'delete') ids.delete(id);
    if (!ids.has(id)) ids.set(id, kind === 'delete');
  }

  /** Marks every resource as written. */
  markAll(): void {
    this.#allWritten = true;
    this.#written.clear();
  }

  /** Returns the pending changes with the current resources, or `all` when everything was written. Clears them. */
  drain(read: (table: TableName, id: string) => { id: string } | undefined): Change[] | 'all' {
    const all = this.#allWritten;
    const changes = [...this.#written].flatMap(([table, ids]) =>
      [...ids].flatMap(([id, deleted]): Change[] => {
        const resource = read(table, id);
        return [
          ...(deleted ? [[table, 'delete', id] satisfies Change] : []),
          ...(resource ? [[table, 'put', resource] satisfies Change] : []),
        ];
      }),
    );
    this.#allWritten = false;
    this.#written.clear();
    return all ? 'all' : changes;
  }
}

/** Returns the tables with the changes applied. */
export function applyChanges(
  tables: Partial<Snapshot>,
  changes: readonly Change[],
): Partial<Snapshot> {
  const maps = new Map(
    Object.entries<readonly { id: string }[]>(tables).map(([name, rows]) => [
      name,
      new Map(rows.map((row) => [row.id, row])),
    ]),
  );
  for (const change of changes) {
    const map = maps.get(change[0]) ?? new Map<string, { id: string }>();
    maps.set(change[0], map);
    if (change[1] === 'delete') map.delete(change[2]);
    else map.set(change[2].id, change[2]);
  }
  return Object.fromEntries([...maps].map(([name, map]) => [name, [...map.values()]]));
}
