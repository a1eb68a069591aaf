import { DestroyRef, inject, NgZone } from '@angular/core';
import type { ApolloClient, ObservableQuery } from '@apollo/client';

const LONGEST_DELAY_MS = 30_000;
/** The pause before the first retry, when the first fetch has no delay that could be doubled. */
const FIRST_PAUSE_MS = 1000;

/** The pending fetches of the queries of one name. */
interface Task {
  timer: ReturnType<typeof setTimeout>;
  retriesLeft: number;
  /** What the queries held when the event came. */
  readonly before: ReadonlyMap<ObservableQuery, string>;
}

/**
 * Fetches queries by name, after a delay, and again with growing delays until the data of one of them has changed. There
 * is one task per name, however many events come. Create it in an injection context, with which it ends.
 */
export class RefetchSchedule {
  readonly #zone = inject(NgZone);
  readonly #destroyRef = inject(DestroyRef);
  readonly #tasks = new Map<string, Task>();

  constructor(
    private readonly timing: { readonly delay: number },
    private readonly getClient: () => ApolloClient,
  ) {
    this.#destroyRef.onDestroy(() => {
      for (const { timer } of this.#tasks.values()) clearTimeout(timer);
      this.#tasks.clear();
    });
  }

  /** Starts anew for each name. Of the retries that are left and the new ones, the larger number counts. */
  start(names: readonly string[], retries: number): void {
    if (this.#destroyRef.destroyed) return; // The portal is closed with the application.
    for (const name of names) {
      const previous = this.#tasks.get(name);
      clearTimeout(previous?.timer);
      const task: Task = {
        timer: this.#wait(name, this.timing.delay),
        retriesLeft: Math.max(previous?.retriesLeft ?? 0, retries),
        before: previous?.before ?? new Map(this.#watched(name).map((q) => [q, dataOf(q)])),
      };
      this.#tasks.set(name, task);
    }
  }

  /** Outside Angular's zone: the application is stable while it waits. */
  #wait(name: string, delay: number): ReturnType<typeof setTimeout> {
    return this.#zone.runOutsideAngular(() =>
      setTimeout(() => this.#zone.run(() => void this.#fetch(name, delay)), delay),
    );
  }

  async #fetch(name: string, delay: number): Promise<void> {
    const task = this.#tasks.get(name);
    if (!task) return;
    const outcomes = await Promise.all(
      this.#watched(name).map((query) => hasChanged(query, task.before.get(query))),
    );
    if (this.#tasks.get(name) !== task) return; // Another event has come, or the application has ended.
    if (task.retriesLeft === 0 || outcomes.includes(true)) {
      this.#tasks.delete(name);
      return;
    }
    task.retriesLeft -= 1;
    task.timer = this.#wait(name, Math.min(delay * 2 || FIRST_PAUSE_MS, LONGEST_DELAY_MS));
  }

  #watched(name: string): ObservableQuery[] {
    return [...this.getClient().getObservableQueries('active')].filter(
      ({ queryName }) => queryName === name,
    );
  }
}

/** Fetches a query, and compares its data with what it was. A query that fails reports that to its watchers itself. */
async function hasChanged(query: ObservableQuery, before = dataOf(query)): Promise<boolean> {
  try {
    await query.refetch();
  } catch {
    return false;
  }
  return dataOf(query) !== before;
}

const dataOf = (query: ObservableQuery): string =>
  JSON.stringify(query.getCurrentResult().data) ?? '';
