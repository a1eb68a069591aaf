/**
 * Aborts work in flight, as an `AbortSignal` does. Every request and every call to Chargebee makes one, so it is a plain
 * object: an `AbortSignal` with a listener costs more than the rest of a request's bookkeeping.
 */
export class LightAbortSignal<Reason = void> {
  #aborted: { reason: Reason } | undefined;
  #listener: ((reason: Reason) => void) | undefined;

  get aborted(): boolean {
    return this.#aborted !== undefined;
  }

  /** Why the work was aborted; undefined until then. */
  get reason(): Reason | undefined {
    return this.#aborted?.reason;
  }

  /** Aborts the work. Only the first call has an effect. */
  abort(reason: Reason): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = { reason };
    this.#listener?.(reason);
  }

  /**
   * Sets the listener, and returns a function that removes it. It is not called when the signal is aborted already: check
   * `aborted` first. Throws when there is a listener: one request makes its calls one after the other.
   */
  onAbort(listener: (reason: Reason) => void): () => void {
    if (this.#listener !== undefined) throw new TypeError('The signal has a listener already.');
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
