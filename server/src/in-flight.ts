/** Counts work in flight, so that `close()` can wait for it before it releases resources. */
export class InFlight {
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  /** Begins one piece of work. The caller must call `end()` when the work succeeds or fails. */
  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves once no work is in flight. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
