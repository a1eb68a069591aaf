/**
 * Aborts work in flight, like an `AbortController` with its `AbortSignal`, but with at most one listener. Every request and
 * every call to Chargebee creates one, and a real `AbortSignal` with a listener is too slow for that.
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
   * Sets the listener, and returns a function that removes it. The listener is not called if the signal is already aborted:
   * check `aborted` first.
   * @throws TypeError when there is a listener: the calls of a request must run one after the other
   */
  onAbort(listener: (reason: Reason) => void): () => void {
    if (this.#listener !== undefined) throw new TypeError('The signal has a listener already.');
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
