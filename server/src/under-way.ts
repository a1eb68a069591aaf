/** Counts what is under way, so that whoever closes what it needs can wait for it. */
export class UnderWay {
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#waiting.splice(0).forEach((resolve) => resolve());
    }
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
