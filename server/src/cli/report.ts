import { escapeControls } from '../observability/escape-controls.js';

/** Prints the results of a check, one line each, and records whether any of them failed. */
export class Report {
  readonly #print: (line: string) => void;
  #failed = false;

  constructor(print: (line: string) => void) {
    // A token's claims could contain commands for the terminal, and lines that look like results.
    this.#print = (line) => print(escapeControls(line));
  }

  get failed(): boolean {
    return this.#failed;
  }

  ok(subject: string, text: string): void {
    this.#print(`ok    ${subject}: ${text}`);
  }

  /** Prints information that is not a failure. */
  note(subject: string, text: string): void {
    this.#print(`note  ${subject}: ${text}`);
  }

  fail(subject: string, text: string): void {
    this.#failed = true;
    this.#print(`FAIL  ${subject}: ${text}`);
  }

  check(subject: string, isGood: boolean, text: string): void {
    if (isGood) this.ok(subject, text);
    else this.fail(subject, text);
  }
}
