import type { FastifyBaseLogger } from 'fastify';

/** So many lines of a kind are written in each interval; the others are counted. */
const LINES_PER_KIND = 10;
const INTERVAL_MS = 60_000;
/** More kinds than this in one interval are counted together, unless told otherwise. */
const MOST_KINDS = 50;
const OTHER = 'other';

export interface SampledLogOptions {
  linesPerKind?: number;
  mostKinds?: number;
  intervalMs?: number;
}

/**
 * Writes the first lines of each kind in an interval and counts the rest, so that a flood of bad requests neither fills
 * the log nor hides what it is made of. The counts are written when the interval ends.
 */
export class SampledLog {
  readonly #logger: Pick<FastifyBaseLogger, 'info' | 'warn'>;
  readonly #linesPerKind: number;
  readonly #mostKinds: number;
  readonly #intervalMs: number;
  readonly #seen = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Pick<FastifyBaseLogger, 'info' | 'warn'>, options: SampledLogOptions = {}) {
    this.#logger = logger;
    this.#linesPerKind = options.linesPerKind ?? LINES_PER_KIND;
    this.#mostKinds = options.mostKinds ?? MOST_KINDS;
    this.#intervalMs = options.intervalMs ?? INTERVAL_MS;
  }

  /** Writes the line, or counts it when enough of its kind were written in this interval. */
  info(kind: string, line: () => object, message: string): void {
    this.#write('info', kind, line, message);
  }

  /** As `info`, for what the operator should look into. */
  warn(kind: string, line: () => object, message: string): void {
    this.#write('warn', kind, line, message);
  }

  #write(level: 'info' | 'warn', kind: string, line: () => object, message: string): void {
    const counted = this.#seen.has(kind) || this.#seen.size < this.#mostKinds ? kind : OTHER;
    const count = (this.#seen.get(counted) ?? 0) + 1;
    this.#seen.set(counted, count);
    this.#timer ??= setTimeout(() => this.flush(), this.#intervalMs).unref();
    if (count <= this.#linesPerKind) this.#logger[level](line(), message);
  }

  /** Ends the interval: writes how many lines of each kind were left out. */
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
