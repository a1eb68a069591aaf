import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** The variables a program was started with, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the environment does not add up to a configuration; one fault a line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration has faults:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** The fault of a variable that names a file which cannot be read. */
export function unreadable(name: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return `${name} names a file that cannot be read (${code ?? 'unknown error'})`;
}

/**
 * Reads variables one by one and gathers what is wrong with each, so that an operator mends all of it at once.
 * An empty variable is one that is not set. No fault ever quotes a value: it may be a secret.
 */
export class EnvironmentReader {
  readonly faults: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The text of a variable, or `undefined` when it is not set. */
  text(name: string): string | undefined {
    const text = this.#env[name]?.trim();
    return text === '' ? undefined : text;
  }

  /** The value of a variable as the schema makes it; `undefined` when it is not set or is wrong, which is a fault. */
  value<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    this.fault(name, result.error.issues[0]?.message ?? 'is wrong');
    return undefined;
  }

  /** As `value`, but not being set is a fault too. */
  required<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> | undefined {
    if (this.text(name) === undefined) this.fault(name, 'is not set');
    return this.value(name, schema);
  }

  /** A secret: from the variable itself, or from the file that `<name>_FILE` names. */
  secret<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> | undefined {
    const fileVariable = `${name}_FILE`;
    const file = this.text(fileVariable);
    if (file === undefined) return this.value(name, schema);
    if (this.text(name) !== undefined) {
      this.fault(fileVariable, `and ${name} are both set; set one of them`);
      return undefined;
    }
    const text = this.#contentOf(fileVariable, file)?.trim();
    if (text === undefined) return undefined;
    if (text === '') {
      this.fault(fileVariable, 'names a file that is empty');
      return undefined;
    }
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    this.fault(
      fileVariable,
      `names a file whose content ${result.error.issues[0]?.message ?? 'is wrong'}`,
    );
    return undefined;
  }

  /** The path of a file, which has to be one that can be read. */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path !== undefined) this.#contentOf(name, path);
    return path;
  }

  /** Whether a secret was given in either way, be it right or wrong. */
  has(name: string): boolean {
    return this.text(name) !== undefined || this.text(`${name}_FILE`) !== undefined;
  }

  fault(name: string, what: string): void {
    this.faults.push(`${name} ${what}`);
  }

  /** Throws when anything was wrong. */
  assertSound(): void {
    if (this.faults.length > 0) throw new ConfigurationError(this.faults);
  }

  /** The content of the file that a variable names; `undefined` when it cannot be read, which is a fault. */
  #contentOf(name: string, path: string): string | undefined {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      this.faults.push(unreadable(name, error));
      return undefined;
    }
  }
}
