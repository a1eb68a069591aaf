/**
 * Tells work under way to stop, as an `AbortSignal` does. Every request and every call to Chargebee makes one, so it is
 * a plain object: an `AbortSignal` with a listener costs more than the rest of a request's book-keeping.
 */
export class StopSignal<Reason = void> {
  #stopped: { reason: Reason } | undefined;
  #listener: ((reason: Reason) => void) | undefined;

  get stopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Why the work has to stop; undefined while it may go on. */
  get reason(): Reason | undefined {
    return this.#stopped?.reason;
  }

  /** Stops the work. Only the first call does anything. */
  stop(reason: Reason): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = { reason };
    this.#listener?.(reason);
  }

  /**
   * Who is to be told: one at a time, since one request makes one call after the other. Gives a function that ends it.
   * What has stopped already tells nobody any more; look at `stopped` first. Throws when somebody else is listening.
   */
  listen(listener: (reason: Reason) => void): () => void {
    if (this.#listener !== undefined) throw new TypeError('Somebody is listening already.');
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
