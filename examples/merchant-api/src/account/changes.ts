import { EventEmitter, on } from 'node:events';

/**
 * Notifies subscribers of an account's changes. In one process; where several run, PostgreSQL's `NOTIFY` can carry it
 * from one to the others.
 */
export class Changes {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  emit(customerId: string): void {
    this.#emitter.emit('change', customerId);
  }

  /** Yields the customer's id whenever one of these accounts changes, until the signal aborts. */
  async *watch(customerIds: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
    try {
      for await (const [customerId] of on(this.#emitter, 'change', { signal })) {
        if (customerIds.includes(customerId as string)) yield customerId as string;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
