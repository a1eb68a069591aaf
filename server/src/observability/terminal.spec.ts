import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogDestination } from './log-destination.js';
import { openTerminal } from './terminal.js';

describe('the terminal of the log', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-terminal-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /**
   * Opens a named pipe in place of a terminal: its buffer fills as that of a terminal does.
   * @returns the descriptor of its reading end, and the log's destination that writes to it
   */
  function openPipe() {
    const path = join(folder, 'terminal');
    execFileSync('mkfifo', [path]);
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const terminal = openTerminal(path);
    if (!terminal) throw new Error('it cannot be opened');
    return { reading, terminal, destination: createLogDestination(terminal) };
  }

  it('does not block while it is stopped, and gets every line in order afterwards', async () => {
    const { reading, terminal, destination } = openPipe();
    const lines = Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(1000)}`);
    for (const line of lines) destination.write(`${line}\n`);
    await destination.flush(50);
    expect(terminal.writableLength).toBeGreaterThan(0);

    const reader = new Socket({ fd: reading, readable: true, writable: false });
    let read = '';
    reader.on('data', (chunk: Buffer) => (read += chunk.toString()));
    await destination.flush(20_000);
    terminal.destroy();
    await new Promise((resolve) => reader.once('close', resolve));
    expect(read.trimEnd().split('\n')).toEqual(lines);
    expect(destination.lost).toEqual({ audit: 0, other: 0 });
  });

  it('counts lines as lost when it has gone', async () => {
    const { reading, destination } = openPipe();
    closeSync(reading);
    destination.write('first\n');
    await destination.flush(20_000);
    destination.write('second\n');
    expect(destination.lost.other).toBe(2);
  });

  it('is not used where it cannot be opened', () => {
    expect(openTerminal(join(folder, 'missing'))).toBeUndefined();
  });
});
