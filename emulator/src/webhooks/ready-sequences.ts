/** The delivery sequences of a webhook that have a due delivery, in the order in which these deliveries were queued. */
export class ReadySequences {
  readonly #entries: { key: string; order: number }[] = [];

  /** @param order the position of the sequence's first due delivery in the order of queueing */
  add(key: string, order: number): void {
    // Usually at the end, so check that position before the binary search.
    let low = 0;
    let high = this.#entries.length;
    if ((this.#entries.at(-1)?.order ?? 0) <= order) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.order ?? 0) <= order) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { key, order });
  }

  /** Removes the first sequence, and returns its key. */
  shift(): string | undefined {
    return this.#entries.shift()?.key;
  }
}
