/** The actions of a reset. Every part of the emulator that holds state adds one that clears it. */
export class Resets {
  readonly #actions: (() => void)[] = [];

  /** Adds an action to run on every reset. */
  add(action: () => void): void {
    this.#actions.push(action);
  }

  /** Runs all actions in the order in which they were added. */
  run(): void {
    this.#actions.forEach((action) => action());
  }
}
