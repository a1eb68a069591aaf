/** The part of a logger that is needed. */
export interface WarningLogger {
  warn(facts: object, message: string): void;
}

/** The maximum number of lines of one outage. */
const MAX_LINES = 6;

/** System and TLS error codes that do not go away by themselves: an unknown host, or a certificate that is not accepted. */
const LASTING_CODE = /^ENOTFOUND$|CERT|SSL|TLS|VERIFY/;

/**
 * Logs why Redis cannot be used. The first reason is often only that the connection was closed, and the cause shows when the client
 * connects again: a password that was changed, a certificate that has expired. So each further reason that names a cause is
 * logged as well, but only once, since the client reconnects continually.
 */
export class OutageLog {
  readonly #logger: WarningLogger;
  readonly #message: string;
  readonly #reported = new Set<string>();

  /** @param message the message of each line */
  constructor(logger: WarningLogger, message: string) {
    this.#logger = logger;
    this.#message = message;
  }

  /** Logs the reason, unless it was logged since the last `end()`, or names no cause and another one was. */
  report(error: unknown): void {
    const cause = causeOf(error);
    const isNew = cause === undefined ? this.#reported.size === 0 : !this.#reported.has(cause);
    if (!isNew || this.#reported.size === MAX_LINES) return;
    this.#reported.add(cause ?? '');
    this.#logger.warn({ reason: reasonOf(error) }, this.#message);
  }

  /** Ends the outage. Returns whether anything was logged. */
  end(): boolean {
    const wasReported = this.#reported.size > 0;
    this.#reported.clear();
    return wasReported;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const inner = lastNodeErrorOf(error);
  return inner ? `${error.message} ${inner.message}` : error.message;
}

/** Returns what distinguishes the cause of an error: the code of Redis's reply, or of the system. Undefined if it names none. */
function causeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code } = (lastNodeErrorOf(error) ?? error) as NodeJS.ErrnoException;
  // The rest of a reply may differ from command to command.
  if (name === 'ReplyError') return message.split(' ', 1)[0];
  return code !== undefined && LASTING_CODE.test(code) ? code : undefined;
}

/** For a cluster, ioredis's message says only that all nodes failed; the reason is in `lastNodeError`. */
function lastNodeErrorOf(error: Error): Error | undefined {
  const { lastNodeError } = error as { lastNodeError?: unknown };
  return lastNodeError instanceof Error ? lastNodeError : undefined;
}
