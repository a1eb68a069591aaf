interface Change {
  readonly position: number;
  readonly text: string;
  readonly end: number;
}

/** Collects changes of a text. All positions are those of the original text. */
export class TextEdits {
  private readonly changes: Change[] = [];

  constructor(private readonly original: string) {}

  insert(position: number, text: string): void {
    this.replace(position, position, text);
  }

  replace(position: number, end: number, text: string): void {
    this.changes.push({ position, end, text });
  }

  /** Returns the changed text. Changes at the same position are applied in the order of their calls. */
  apply(): string {
    const sorted = [...this.changes].sort((one, other) => one.position - other.position);
    let result = '';
    let copied = 0;
    for (const { position, end, text } of sorted) {
      result += this.original.slice(copied, position) + text;
      copied = end;
    }
    return result + this.original.slice(copied);
  }
}
