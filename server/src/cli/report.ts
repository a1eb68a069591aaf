/** The lines of a check, and whether everything was in order. */
export class Report {
  readonly #print: (line: string) => void;
  #failed = false;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get failed(): boolean {
    return this.#failed;
  }

  ok(what: string, text: string): void {
    this.#print(`ok    ${what}: ${text}`);
  }

  /** Something worth knowing that is no failure. */
  note(what: string, text: string): void {
    this.#print(`note  ${what}: ${text}`);
  }

  fail(what: string, text: string): void {
    this.#failed = true;
    this.#print(`FAIL  ${what}: ${text}`);
  }

  check(what: string, isGood: boolean, text: string): void {
    if (isGood) this.ok(what, text);
    else this.fail(what, text);
  }
}
