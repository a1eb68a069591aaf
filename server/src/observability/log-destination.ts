import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { pino, type DestinationStream } from 'pino';

/** So many bytes wait for a reader of the log who does not read; more lines are lost, and counted. */
const MOST_BYTES = 1024 * 1024;
/** Audit lines may wait in addition, so that a flood of other lines displaces none. */
const MOST_BYTES_WITH_AUDIT = 8 * MOST_BYTES;
/** No text in a line can contain this: its quotes would be escaped. */
const AUDIT_MARK = '"audit":"';

/** How many lines have been lost since the start. */
export interface LostLines {
  audit: number;
  other: number;
}

export interface LogDestination extends DestinationStream {
  readonly lost: Readonly<LostLines>;
  /** Resolves when all is written, or when the time is up. */
  flush(withinMs: number): Promise<void>;
}

/**
 * Writes lines to a stream without ever waiting for it: whoever should read the log and does not must not keep requests
 * and signals waiting. What does not fit the buffer is lost and counted, and the next line that fits says so.
 */
export function createLogDestination(stream: Writable): LogDestination {
  const lost = { audit: 0, other: 0 };
  let reported = 0;
  // The reader is gone: only the metric can report it.
  stream.on('error', () => undefined);
  return {
    lost,
    write(line) {
      const isAudit = line.includes(AUDIT_MARK);
      const limit = isAudit ? MOST_BYTES_WITH_AUDIT : MOST_BYTES;
      if (!stream.writable || stream.writableLength + line.length > limit) {
        lost[isAudit ? 'audit' : 'other'] += 1;
        return;
      }
      const total = lost.audit + lost.other;
      if (total > reported && stream.writableLength < MOST_BYTES / 2) {
        reported = total;
        const time = new Date().toISOString();
        const notice = {
          level: 'error',
          time,
          lost,
          msg: 'lines of the log were lost: nobody read them',
        };
        stream.write(`${JSON.stringify(notice)}\n`);
      }
      stream.write(line);
    },
    async flush(withinMs) {
      if (stream.writableLength === 0 || !stream.writable) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
        stream.once('error', () => resolve()).write('', () => resolve());
      });
      clearTimeout(timer);
    },
  };
}

let standardOutput: LogDestination | undefined;

/** Standard output, as one destination for all loggers of the process. */
export function toStandardOutput(): LogDestination {
  return (standardOutput ??= openStandardOutput());
}

function openStandardOutput(): LogDestination {
  const stats = fstatSync(1);
  if (stats.isFIFO() || stats.isSocket()) return createLogDestination(process.stdout);
  return createFileDestination(1);
}

/**
 * Writes lines to a file or a terminal at once, so that none is lost in a crash. On a full disk they wait, up to a bound;
 * more are lost and counted.
 */
export function createFileDestination(fd: number): LogDestination {
  const lost = { audit: 0, other: 0 };
  const file = pino.destination({ dest: fd, sync: true, maxLength: MOST_BYTES });
  // What could not be written is tried again with the next line.
  file.on('error', () => undefined);
  file.on('drop', (line: string) => {
    lost[line.includes(AUDIT_MARK) ? 'audit' : 'other'] += 1;
  });
  return Object.assign(file, { lost, flush: () => Promise.resolve() });
}
