import * as v from 'valibot';
import { readText } from './read-text.js';

/** The variables a program was started with, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the environment is not a valid configuration. The message lists one fault per line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration has faults:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Describes a variable whose file cannot be read. */
export function unreadable(name: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return `${name} names a file that cannot be read (${code ?? 'unknown error'})`;
}

/**
 * Returns whether Kubernetes has injected a variable for a Service: a Service named `metrics` sets `METRICS_PORT` to
 * `tcp://10.0.0.7:9100` in every pod of its namespace. Such a value is ignored, as it is not the operator's. Only names with
 * `_PORT` are injected; ignoring such a value for another name could disable a check, such as that of `AUTH_AUDIENCE`.
 */
export function isServiceLink(name: string, value: string): boolean {
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\/[^/]+:\d+$/.test(value.trim());
}

const QUOTED =
  'begins and ends with quotation marks, which belong to the value: leave them out (docker run --env-file keeps them)';

export function isQuoted(text: string): boolean {
  return /^(["']).*\1$/s.test(text);
}

/** Returns the message about an invalid text, with the likely cause. */
function messageOf(message: string, text: string): string {
  return isQuoted(text) ? `${message}; it ${QUOTED}` : message;
}

/**
 * Reads variables and collects all faults, so that an operator can correct them at once. An empty variable counts as not
 * set. Faults and warnings never quote a value, which may be a secret.
 */
export class EnvironmentReader {
  readonly faults: string[] = [];
  readonly warnings = new Set<string>();
  /** The files to watch: those of secrets, and those that are reloaded together with them. */
  readonly secretFiles: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Returns the text of a variable, or `undefined` when it is not set. */
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

  /** Returns a variable parsed by the schema; `undefined` when it is not set, or invalid, which adds a fault. */
  value<Value>(name: string, schema: v.GenericSchema<string, Value>): Value | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const result = v.safeParse(schema, text);
    if (result.success) return result.output;
    this.fault(name, messageOf(result.issues[0].message, text));
    return undefined;
  }

  /** Like `value`, but also adds a fault when the variable is not set. */
  required<Value>(name: string, schema: v.GenericSchema<string, Value>): Value | undefined {
    if (this.text(name) === undefined) this.fault(name, 'is not set');
    return this.value(name, schema);
  }

  /** Returns a secret, read from the variable itself or from the file that `<name>_FILE` names. */
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
    if (isQuoted(text)) this.warnings.add(`${fileVariable} names a file whose content ${QUOTED}`);
    const result = v.safeParse(schema, text);
    if (result.success) return result.output;
    const message = messageOf(result.issues[0].message, text);
    this.fault(fileVariable, `names a file whose content ${message}`);
    return undefined;
  }

  /** Returns the path in a variable. Adds a fault when the file cannot be read. */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path !== undefined) this.#contentOf(name, path);
    return path;
  }

  /** Returns the content of the file that a variable names; `undefined` when not set, or unreadable, which adds a fault. */
  fileContent(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    this.secretFiles.push(path);
    return this.#contentOf(name, path);
  }

  /** Returns whether a secret is set, directly or by file, valid or not. */
  has(name: string): boolean {
    return this.text(name) !== undefined || this.text(`${name}_FILE`) !== undefined;
  }

  fault(name: string, what: string): void {
    this.faults.push(`${name} ${what}`);
  }

  /** Reads the file that a variable names; returns `undefined` and adds a fault when it cannot be read. */
  #contentOf(name: string, path: string): string | undefined {
    try {
      return readText(path);
    } catch (error) {
      this.faults.push(messageOf(unreadable(name, error), path));
      return undefined;
    }
  }
}
