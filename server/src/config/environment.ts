import { readFileSync } from 'node:fs';
import * as v from 'valibot';

/** The variables a program was started with, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the environment is not a valid configuration; one fault a line. */
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
 * Whether Kubernetes has injected a variable for a Service: a Service named `metrics` sets `METRICS_PORT` to
 * `tcp://10.0.0.7:9100` in every pod of its namespace. Nobody chose such a value, so it configures nothing. Other names
 * are never injected: ignoring such a value there could switch a check off, such as that of `AUTH_AUDIENCE`.
 */
export function isServiceLink(name: string, value: string): boolean {
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\/[^/]+:\d+$/.test(value.trim());
}

const QUOTED =
  'begins and ends with quotation marks, which belong to the value: leave them out (docker run --env-file keeps them)';

function isQuoted(text: string): boolean {
  return /^(["']).*\1$/s.test(text);
}

/**
 * Reads variables one by one and collects every fault, so that an operator can mend all of them at once. An empty
 * variable counts as not set. Faults and warnings never quote a value: it may be a secret.
 */
export class EnvironmentReader {
  readonly faults: string[] = [];
  readonly warnings = new Set<string>();
  /** The files that secrets were read from, and what is to be read again along with them. */
  readonly secretFiles: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The text of a variable, or `undefined` when it is not set. */
  text(name: string): string | undefined {
    const text = this.#env[name]?.trim();
    if (text === undefined || text === '') return undefined;
    if (isQuoted(text)) this.warnings.add(`${name} ${QUOTED}`);
    if (!isServiceLink(name, text)) return text;
    this.warnings.add(
      `${name} is ignored: it holds the address of a Service, as Kubernetes injects it (see enableServiceLinks)`,
    );
    return undefined;
  }

  /** The value of a variable as the schema makes it; `undefined` when it is not set or is wrong, which is a fault. */
  value<Value>(name: string, schema: v.GenericSchema<string, Value>): Value | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const result = v.safeParse(schema, text);
    if (result.success) return result.output;
    const { message } = result.issues[0];
    this.fault(name, isQuoted(text) ? `${message}; it ${QUOTED}` : message);
    return undefined;
  }

  /** As `value`, but not being set is a fault too. */
  required<Value>(name: string, schema: v.GenericSchema<string, Value>): Value | undefined {
    if (this.text(name) === undefined) this.fault(name, 'is not set');
    return this.value(name, schema);
  }

  /** A secret: from the variable itself, or from the file that `<name>_FILE` names. */
  secret<Value>(name: string, schema: v.GenericSchema<string, Value>): Value | undefined {
    const fileVariable = `${name}_FILE`;
    const file = this.text(fileVariable);
    if (file === undefined) return this.value(name, schema);
    this.secretFiles.push(file);
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
    const result = v.safeParse(schema, text);
    if (result.success) return result.output;
    this.fault(fileVariable, `names a file whose content ${result.issues[0].message}`);
    return undefined;
  }

  /** The path of a readable file. */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path !== undefined) this.#contentOf(name, path);
    return path;
  }

  /** The content of the file that a variable names; `undefined` when it is not set or cannot be read, which is a fault. */
  fileContent(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    this.secretFiles.push(path);
    return this.#contentOf(name, path);
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
