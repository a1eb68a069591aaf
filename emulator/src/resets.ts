/** What a reset puts back: every part of the emulator that remembers something adds how it is forgotten. */
export class Resets {
  readonly #actions: (() => void)[] = [];

  /** Has something done at every reset from now on. */
  add(action: () => void): void {
    this.#actions.push(action);
  }

  /** Puts everything back to how it began. */
  run(): void {
    this.#actions.forEach((action) => action());
  }
}
