import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { wrapHostLogger } from './host-logger.js';

describe('the logger of a host app', () => {
  /** Creates a logger, as a host app may have one, that records all its arguments. */
  const recordingLogger = () => {
    const lines: unknown[][] = [];
    const record = (...line: unknown[]): void => {
      lines.push(line);
    };
    const logger = {
      level: 'info',
      fatal: record,
      error: record,
      warn: record,
      info: record,
      debug: record,
      trace: record,
      silent: record,
      child: (bindings: object) => ({
        ...logger,
        warn: (line: object, message: string) => record({ ...bindings, ...line }, message),
      }),
    };
    return { lines, logger: logger as unknown as FastifyBaseLogger };
  };
  const failure = () =>
    Object.assign(new Error('refused: Bearer abc.def'), {
      code: 'ECONNREFUSED',
      options: { headers: { authorization: 'Basic dGVzdF9rZXk6' } },
      cause: Object.assign(new Error('redis://:hunter2@db'), { command: 'AUTH hunter2' }),
    });

  it('receives errors without their additional properties', () => {
    const { lines, logger } = recordingLogger();
    wrapHostLogger(logger).error({ err: failure(), audit: 'createPortalSession' }, 'it failed');
    wrapHostLogger(logger).warn(failure());
    wrapHostLogger(logger).child({ requestId: 'one' }).warn({ err: failure() }, 'in a request');
    expect(lines).toEqual([
      [
        jasmine.objectContaining({
          audit: 'createPortalSession',
          err: jasmine.objectContaining({
            name: 'Error',
            message: 'refused: Bearer [redacted]',
            code: 'ECONNREFUSED',
          }),
        }),
        'it failed',
      ],
      [{ err: jasmine.objectContaining({ code: 'ECONNREFUSED' }) }],
      [
        { requestId: 'one', err: jasmine.objectContaining({ code: 'ECONNREFUSED' }) },
        'in a request',
      ],
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/dGVzdF9rZXk6|abc\.def|hunter2/);
  });

  it('receives everything else unchanged', () => {
    const { lines, logger } = recordingLogger();
    wrapHostLogger(logger).info('listening');
    wrapHostLogger(logger).debug({ status: 200 }, 'answered');
    expect(lines).toEqual([['listening'], [{ status: 200 }, 'answered']]);
  });

  it('serializes errors in its own way instead of Fastify’s', () => {
    const lines: unknown[] = [];
    const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const hostLogger = pino(
      { base: null, serializers: { err: ({ code }: { code: string }) => code } },
      stream,
    );
    const child = wrapHostLogger(hostLogger).child(
      {},
      { serializers: { err: () => 'Fastify’s', req: () => 'a request' } },
    );
    child.error({ err: failure(), req: {} });
    expect(lines).toEqual([jasmine.objectContaining({ err: 'ECONNREFUSED', req: 'a request' })]);
  });

  it('does not fail its caller when it throws, and the lines are counted', () => {
    const { logger } = recordingLogger();
    const fail = (): never => {
      throw new Error('the worker has exited');
    };
    const lost = { audit: 0, other: 0 };
    const wrapped = wrapHostLogger(
      {
        ...logger,
        info: fail,
        child: () => ({ ...logger, warn: fail }),
      },
      lost,
    );
    wrapped.info({ audit: 'createPortalSession' }, 'createPortalSession OK');
    wrapped.info('listening');
    wrapped.child({}).warn({ err: failure() }, 'in a request');
    expect(lost).toEqual({ audit: 1, other: 2 });
  });

  it('keeps its level', () => {
    const { logger } = recordingLogger();
    const wrapped = wrapHostLogger(logger);
    expect(wrapped.level).toBe('info');
    wrapped.level = 'warn';
    expect(logger.level).toBe('warn');
  });
});
