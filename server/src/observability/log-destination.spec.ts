import fs, { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createLogger } from './logger.js';
import { createFileDestination, createLogDestination } from './log-destination.js';

describe('the destination of the log', () => {
  /** A reader that reads nothing until the test resumes it. */
  const stalled = () => {
    const read: string[] = [];
    let waiting: (() => void) | undefined;
    let reads = false;
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        read.push(chunk.toString());
        if (reads) done();
        else waiting = done;
      },
    });
    return {
      stream,
      read,
      resume: (): void => {
        reads = true;
        waiting?.();
      },
    };
  };
  const lines = 3000;

  it('loses no line while it is read', async () => {
    const { stream, read, resume } = stalled();
    const destination = createLogDestination(stream);
    const logger = createLogger('info', destination);
    for (let line = 0; line < 100; line += 1) logger.info({ line }, 'a line');
    resume();
    await destination.flush(1000);
    expect(read.join('').trim().split('\n').length).toBe(100);
    expect(destination.lost).toEqual({ audit: 0, other: 0 });
  });

  it('buffers a limited number of lines while nobody reads, and reports how many were lost', async () => {
    const { stream, read, resume } = stalled();
    const destination = createLogDestination(stream);
    const logger = createLogger('info', destination);
    const padding = 'x'.repeat(1000);
    for (let line = 0; line < lines; line += 1) logger.info({ line, padding }, 'a line');
    expect(stream.writableLength).toBeLessThan(1.1 * 1024 * 1024);
    const { other } = destination.lost;
    expect(other).toBeGreaterThan(lines / 2);
    resume();
    await destination.flush(1000);
    logger.info('the next line');
    await destination.flush(1000);
    const written = read.join('').trim().split('\n');
    expect(JSON.parse(written.at(-2) ?? '')).toEqual(
      jasmine.objectContaining({ level: 'error', lost: { audit: 0, other } }),
    );
    expect(written.length).toBe(lines - other + 2);
  });

  it('loses no audit line because of other lines, and counts audit lines separately', () => {
    const { stream } = stalled();
    const destination = createLogDestination(stream);
    const logger = createLogger('info', destination);
    const padding = 'x'.repeat(1000);
    for (let line = 0; line < lines; line += 1) {
      logger.info({ padding: `${padding}"audit":"no"` }, 'a line');
    }
    for (let line = 0; line < lines; line += 1) logger.info({ audit: 'create', padding }, 'a line');
    expect(destination.lost.audit).toBe(0);
    for (let line = 0; line < 3 * lines; line += 1) logger.info({ audit: 'create', padding }, 'a');
    expect(destination.lost.audit).toBeGreaterThan(0);
  });

  it('survives a reader that closes the stream', async () => {
    const { stream } = stalled();
    const destination = createLogDestination(stream);
    stream.destroy(new Error('EPIPE'));
    await new Promise((resolve) => setImmediate(resolve));
    const logger = createLogger('info', destination);
    logger.info({ audit: 'create' }, 'a line');
    await destination.flush(1000);
    expect(destination.lost).toEqual({ audit: 1, other: 0 });
  });

  it('survives a full disk, and counts lines that exceed the buffer', () => {
    if (!existsSync('/dev/full')) pending('there is no device that is always full');
    const fd = openSync('/dev/full', 'w');
    const destination = createFileDestination(fd);
    const logger = createLogger('info', destination);
    const padding = 'x'.repeat(1000);
    for (let line = 0; line < lines; line += 1) logger.info({ line, padding }, 'a line');
    logger.info({ audit: 'create', padding }, 'a line');
    expect(destination.lost.other).toBeGreaterThan(lines / 2);
    expect(destination.lost.audit).toBe(1);
    closeSync(fd);
  });

  it('writes the buffered lines when a full disk has space again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-log-'));
    const fd = openSync(join(folder, 'log'), 'w');
    const { writeSync } = fs;
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const destination = createFileDestination(fd);
    const logger = createLogger('info', destination);
    spyOn(fs, 'writeSync').and.throwError(full);
    logger.info('during');
    (fs.writeSync as jasmine.Spy).and.callFake(writeSync);
    logger.info('after');
    const written = await readFile(join(folder, 'log'), 'utf8');
    expect(written).toMatch(/"during"[^]*"after"/);
    expect(destination.lost).toEqual({ audit: 0, other: 0 });
    closeSync(fd);
    await rm(folder, { recursive: true });
  });

  it('resolves flush() at the timeout while nobody reads', async () => {
    const { stream } = stalled();
    const destination = createLogDestination(stream);
    createLogger('info', destination).info('a line');
    const begun = performance.now();
    await destination.flush(50);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
