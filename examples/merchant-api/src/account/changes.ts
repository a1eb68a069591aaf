import { EventEmitter, on } from 'node:events';

/**
 * Notifies subscribers of changed accounts, within this process. To notify other processes, use PostgreSQL's `NOTIFY`.
 */
export class Changes {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #closed = new AbortController();

  emit(customerId: string): void {
    this.#emitter.emit('change', customerId);
  }

  /** Yields a customer's id whenever the account of one of these customers changes, until `until` aborts or `close()`. */
  async *watch(customerIds: readonly string[], until: AbortSignal): AsyncGenerator<string> {
    const signal = AbortSignal.any([until, this.#closed.signal]);
    try {
      for await (const [customerId] of on(this.#emitter, 'change', { signal })) {
        if (customerIds.includes(customerId as string)) yield customerId as string;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Ends all subscriptions. */
  close(): void {
    this.#closed.abort();
  }
}
