import type { FastifyBaseLogger } from 'fastify';

/** The default number of lines of each kind that are written in an interval. Further lines are only counted. */
const LINES_PER_KIND = 10;
const INTERVAL_MS = 60_000;
/** The default number of kinds that are counted separately in an interval. Further kinds are counted together. */
const MAX_KINDS = 50;
const OTHER = 'other';

export interface SampledLogOptions {
  linesPerKind?: number;
  maxKinds?: number;
  intervalMs?: number;
}

/**
 * Writes the first lines of each kind in an interval and counts the rest, so that a flood of bad requests does not fill the log
 * but remains visible. The counts are written when the interval ends.
 */
export class SampledLog {
  readonly #logger: Pick<FastifyBaseLogger, 'info' | 'warn'>;
  readonly #linesPerKind: number;
  readonly #maxKinds: number;
  readonly #intervalMs: number;
  readonly #seen = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Pick<FastifyBaseLogger, 'info' | 'warn'>, options: SampledLogOptions = {}) {
    this.#logger = logger;
    this.#linesPerKind = options.linesPerKind ?? LINES_PER_KIND;
    this.#maxKinds = options.maxKinds ?? MAX_KINDS;
    this.#intervalMs = options.intervalMs ?? INTERVAL_MS;
  }

  /** Writes the line, or counts it when enough of its kind were written in this interval. */
  info(kind: string, line: () => object, message: string): void {
    this.#write('info', kind, line, message);
  }

  /** Like `info`, with the level of a warning. */
  warn(kind: string, line: () => object, message: string): void {
    this.#write('warn', kind, line, message);
  }

  #write(level: 'info' | 'warn', kind: string, line: () => object, message: string): void {
    const counted = this.#seen.has(kind) || this.#seen.size < this.#maxKinds ? kind : OTHER;
    const count = (this.#seen.get(counted) ?? 0) + 1;
    this.#seen.set(counted, count);
    this.#timer ??= setTimeout(() => this.flush(), this.#intervalMs).unref();
    if (count <= this.#linesPerKind) this.#logger[level](line(), message);
  }

  /** Ends the interval and writes the number of lines of each kind that were left out. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [kind, count] of this.#seen) {
      const leftOut = count - this.#linesPerKind;
      if (leftOut > 0) this.#logger.info({ kind, leftOut }, 'more lines of a kind were left out');
    }
    this.#seen.clear();
  }
}
