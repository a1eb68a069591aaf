import { parseArgs } from 'node:util';

/** A parsed command line. */
export type Command =
  | { kind: 'serve'; envFile: string | undefined }
  | {
      kind: 'check';
      envFile: string | undefined;
      /** A bearer token to explain; `-` reads it from standard input. */
      token: string | undefined;
      customer: string | undefined;
    }
  | { kind: 'help' }
  | { kind: 'version' };

/** Thrown for an invalid command line. The message is printed as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Usage: chargebee-portal-server [--env-file FILE]
       chargebee-portal-server check [--env-file FILE] [--token TOKEN] [--customer ID]

Starts the server, which environment variables configure; see docs/server/configuration.md.

  --env-file FILE   read variables from a file; those already set, and not empty, win
  -h, --help        show this
  --version         show the version

check verifies the configuration against the real identity provider, Redis and Chargebee. It exits
with 0 when everything is in order, and with 1 when something is not.

  --token TOKEN     explain a bearer token, claim by claim; "-" reads it from standard input, so that
                    it is in no list of processes
  --customer ID     make a portal session of this customer, and log it out again
`;

/**
 * Parses the arguments after the program's name.
 * @throws UsageError when they are invalid
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const envFile = onlyOne('--env-file', values['env-file']);
  const token = onlyOne('--token', values.token);
  const customer = onlyOne('--customer', values.customer);
  // An unset variable of the shell gives an empty value.
  if (token === '') throw usageError('--token is empty');
  if (customer === '') throw usageError('--customer is empty');
  const [command, ...others] = positionals;
  if (others.length > 0) throw usageError(`Unexpected argument: ${shorten(others[0])}`);
  if (command === 'check') return { kind: 'check', envFile, token, customer };
  if (command !== undefined) throw usageError(`Unknown command: ${shorten(command)}`);
  if (token !== undefined || customer !== undefined) {
    throw usageError(
      `--${token === undefined ? 'customer' : 'token'} belongs to the command check`,
    );
  }
  return { kind: 'serve', envFile };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'env-file': { type: 'string', multiple: true },
        token: { type: 'string', multiple: true },
        customer: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    // The first sentence names the argument; the rest is a hint about positional arguments, which does not apply here.
    const [message = ''] = (error as Error).message.split('. ');
    throw usageError(message);
  }
}

/** Returns the value of an option. One that is given twice would otherwise lose its first value. */
function onlyOne(option: string, values: readonly string[] = []): string | undefined {
  const [value, ...others] = values;
  if (others.length > 0) throw usageError(`${option} is given twice`);
  return value;
}

function usageError(message: string): UsageError {
  return new UsageError(`${message}\nchargebee-portal-server --help lists what there is.`);
}

/** Shortens an unexpected argument for the error message: it may be a token in the wrong place. */
function shorten(text = ''): string {
  return text.length > 20 ? `${text.slice(0, 8)}…` : text;
}
