import { DestroyRef, inject, NgZone } from '@angular/core';
import type { ApolloClient, ObservableQuery } from '@apollo/client';

const MAX_DELAY_MS = 30_000;
/** The delay before the first retry if the delay of the first fetch is 0, which cannot be doubled. */
const FIRST_RETRY_DELAY_MS = 1000;

/** The scheduled fetches of the queries with one name. */
interface Task {
  timer: ReturnType<typeof setTimeout>;
  retriesLeft: number;
  /** The data of the queries, as JSON, at the time of the event. */
  readonly before: ReadonlyMap<ObservableQuery, string>;
}

/**
 * Fetches queries by name, after a delay, and again with increasing delays until the data of one of them has changed. A
 * further event restarts the task of a name. Requires an injection context; stops when that is destroyed.
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

  /** Starts or restarts the task of each name. A restarted task keeps its retries if it has more than these left. */
  start(names: readonly string[], retries: number): void {
    if (this.#destroyRef.destroyed) return; // Destroying the application closes the portal, which emits `close`.
    for (const name of names) {
      const previous = this.#tasks.get(name);
      clearTimeout(previous?.timer);
      const task: Task = {
        timer: this.#schedule(name, this.timing.delay),
        retriesLeft: Math.max(previous?.retriesLeft ?? 0, retries),
        before: previous?.before ?? new Map(this.#watched(name).map((q) => [q, dataOf(q)])),
      };
      this.#tasks.set(name, task);
    }
  }

  /** Schedules a fetch outside Angular's zone, so that the application becomes stable meanwhile. */
  #schedule(name: string, delay: number): ReturnType<typeof setTimeout> {
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
    if (this.#tasks.get(name) !== task) return; // Restarted by another event, or the application was destroyed.
    if (task.retriesLeft === 0 || outcomes.includes(true)) {
      this.#tasks.delete(name);
      return;
    }
    task.retriesLeft -= 1;
    task.timer = this.#schedule(name, Math.min(delay * 2 || FIRST_RETRY_DELAY_MS, MAX_DELAY_MS));
  }

  #watched(name: string): ObservableQuery[] {
    return [...this.getClient().getObservableQueries('active')].filter(
      ({ queryName }) => queryName === name,
    );
  }
}

/** Fetches a query, and returns whether its data has changed. Apollo reports a failure to the query's watchers. */
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
