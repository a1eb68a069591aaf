/** Counts what is under way, so that whoever closes what it needs can wait for it. */
export class UnderWay {
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  /** One more; whoever calls this calls `end()` too, however it ends. */
  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
