interface Insertion {
  readonly position: number;
  readonly text: string;
  readonly end: number;
}

/** Changes to a text, all by positions of the text as it was. */
export class TextEdits {
  private readonly changes: Insertion[] = [];

  constructor(private readonly original: string) {}

  insert(position: number, text: string): void {
    this.replace(position, position, text);
  }

  replace(position: number, end: number, text: string): void {
    this.changes.push({ position, end, text });
  }

  /** The text with the changes. Those at the same position keep their order. */
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
