import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { pino, type DestinationStream } from 'pino';
import { openTerminal } from './terminal.js';

/** The size of the buffer while standard output is not read. Further lines are dropped and counted. */
const MAX_BYTES = 1024 * 1024;
/** The limit for audit lines is higher, so that a flood of other lines displaces none. */
const MAX_BYTES_WITH_AUDIT = 8 * MAX_BYTES;
/** Identifies audit lines. Texts in a line cannot contain it, since their quotes are escaped. */
const AUDIT_MARK = '"audit":"';

/** The number of lines dropped since the start. */
export interface LostLines {
  audit: number;
  other: number;
}

export interface LogDestination extends DestinationStream {
  readonly lost: Readonly<LostLines>;
  /** Resolves when all lines are written, or at the timeout. */
  flush(timeoutMs: number): Promise<void>;
}

/**
 * Creates a destination that never blocks: if the stream is not read, requests and signals must not wait for it. Lines that do
 * not fit into the buffer are dropped and counted, and a later line reports the counts.
 */
export function createLogDestination(stream: Writable): LogDestination {
  const lost = { audit: 0, other: 0 };
  let reported = 0;
  // When the reader has closed the stream, only the metric can report it. Standard output stays writable then, so that each
  // line that fails has to be counted.
  stream.on('error', () => undefined);
  const whenWritten = {
    audit: (error?: Error | null) => void (error && (lost.audit += 1)),
    other: (error?: Error | null) => void (error && (lost.other += 1)),
  };
  return {
    lost,
    write(line) {
      const kind = line.includes(AUDIT_MARK) ? 'audit' : 'other';
      const limit = kind === 'audit' ? MAX_BYTES_WITH_AUDIT : MAX_BYTES;
      if (!stream.writable || stream.writableLength + line.length > limit) {
        lost[kind] += 1;
        return;
      }
      const total = lost.audit + lost.other;
      if (total > reported && stream.writableLength < MAX_BYTES / 2) {
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
      stream.write(line, whenWritten[kind]);
    },
    async flush(timeoutMs) {
      if (!stream.writable) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
        stream.once('error', () => resolve()).write('', () => resolve());
      });
      clearTimeout(timer);
    },
  };
}

let standardOutput: LogDestination | undefined;

/** Returns standard output, as one destination for all loggers of the process. */
export function toStandardOutput(): LogDestination {
  return (standardOutput ??= openStandardOutput());
}

function openStandardOutput(): LogDestination {
  const { stdout } = process;
  const stats = fstatSync(1);
  if (stats.isFIFO() || stats.isSocket() || isRedirected(stdout)) {
    return createLogDestination(stdout);
  }
  const terminal = isatty(1) ? openTerminal() : undefined;
  return terminal ? createLogDestination(terminal) : createFileDestination(1);
}

/** Returns whether the program has replaced `write`: in its cluster mode, PM2 does so to write to the log of each process. */
function isRedirected(stream: Writable): boolean {
  return stream.write !== (stream.constructor as typeof Writable).prototype.write;
}

/**
 * Creates a destination that writes synchronously to a file, so that no line is lost in a crash. When the disk is
 * full, lines are buffered up to a limit; further lines are dropped and counted.
 */
export function createFileDestination(fd: number): LogDestination {
  const lost = { audit: 0, other: 0 };
  const file = pino.destination({ dest: fd, sync: true, maxLength: MAX_BYTES });
  // Buffered lines are written together with the next line.
  file.on('error', () => undefined);
  file.on('drop', (line: string) => {
    lost[line.includes(AUDIT_MARK) ? 'audit' : 'other'] += 1;
  });
  return Object.assign(file, { lost, flush: () => Promise.resolve() });
}
