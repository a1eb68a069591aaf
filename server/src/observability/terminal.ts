import { close, constants, openSync, write } from 'node:fs';
import { Writable } from 'node:stream';

/** The delay before a write that the terminal did not accept is repeated, in milliseconds. */
const RETRY_MS = 100;

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * Opens the terminal of standard output for writes that do not block. Node's own stream blocks the process while a terminal is
 * stopped, as by Ctrl-S or by a container's log driver that hangs. Returns undefined where it cannot be opened a second time,
 * as on other systems than Linux.
 */
export function openTerminal(path = '/proc/self/fd/1'): Writable | undefined {
  try {
    return new Terminal(openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
  } catch {
    return undefined;
  }
}

class Terminal extends Writable {
  readonly #fd: number;

  constructor(fd: number) {
    super();
    this.#fd = fd;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error) => void): void {
    write(this.#fd, chunk, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this._write(chunk, encoding, done), RETRY_MS).unref();
      } else if (error || written === chunk.length) {
        done(error ?? undefined);
      } else {
        this._write(chunk.subarray(written), encoding, done);
      }
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    close(this.#fd, () => done(error));
  }
}
