import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { ARRIVAL_MS } from './app.js';
import { FailureError, INTERNAL, statusFailure, type Failure } from './failure.js';

/** Handles the bodies of requests that a host passes on: it may have read them already, or may have no timeout for them. */
export interface HostBodies {
  /** Starts the timeout in which the body of this request must arrive. It is the same as in the program. */
  setDeadline(request: IncomingMessage): void;
  /** Makes this request fail instead of reading its body. */
  setFailure(request: IncomingMessage, failure: Failure): void;
}

/** The host has read the body and did not leave it in `request.body`. */
const READ_BEFORE: Failure = {
  ...INTERNAL,
  message:
    'The host app has read the body of this request already. It must mount the portal before what reads bodies, or leave the body in request.body.',
};

/** Adds a hook to an application for bodies that a host has parsed, consumed or not yet received. */
export function acceptHostBodies(app: FastifyInstance): HostBodies {
  const deadlines = new WeakMap<IncomingMessage, number>();
  const failures = new WeakMap<IncomingMessage, Failure>();

  app.addHook('preParsing', (request, reply, payload, done) => {
    const { raw } = request;
    const failure = failures.get(raw) ?? (isMissing(raw) ? READ_BEFORE : undefined);
    const deadline = deadlines.get(raw);
    if (failure) done(new FailureError(failure));
    else if (raw.readableEnded) done(null, parsedBody(raw));
    else if (deadline !== undefined && !raw.complete)
      done(null, withDeadline(raw, reply, deadline));
    else done(null, payload);
  });
  return {
    setDeadline: (request) => void deadlines.set(request, performance.now() + ARRIVAL_MS),
    setFailure: (request, failure) => void failures.set(request, failure),
  };
}

/** Returns whether a body was read by the host and is not in `request.body`. */
function isMissing(raw: IncomingMessage): boolean {
  if (!raw.readableEnded || bodyOf(raw) !== undefined) return false;
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
  return encoding !== undefined || Number(length ?? 0) > 0;
}

/** Returns the body as parsed by the host, for example by `express.json()` or Nest. */
function bodyOf(raw: IncomingMessage): unknown {
  return 'body' in raw ? raw.body : undefined;
}

/** Serializes a body that was parsed by the host, so that Fastify can parse it. */
function parsedBody(raw: IncomingMessage): Readable {
  const body = bodyOf(raw);
  const content = body === undefined ? Buffer.alloc(0) : toBuffer(body);
  const declared = Number(raw.headers['content-length'] ?? content.length);
  // Some body parsers set an empty object for a request without a body.
  const stream = Readable.from(declared > 0 ? [content] : []);
  // Fastify compares `content-length` with the received length, which differs from that of the serialized body.
  return Object.assign(stream, { receivedEncodedLength: declared });
}

function toBuffer(body: unknown): Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body)
    ? Buffer.from(body as string)
    : Buffer.from(JSON.stringify(body));
}

/** Returns the body as a stream that fails at the deadline. The connection stays open for the answer. */
function withDeadline(raw: IncomingMessage, reply: FastifyReply, deadline: number): Readable {
  const body = new PassThrough();
  const timer = setTimeout(
    () => {
      // In HTTP/1.1, the rest of the body would be read as the next request.
      if (raw.httpVersionMajor < 2) reply.header('connection', 'close');
      body.destroy(new FailureError(statusFailure(408)));
    },
    Math.max(0, deadline - performance.now()),
  );
  raw.on('error', (error) => body.destroy(error));
  // After Fastify has rejected a body for its size, it has no error listener, and an error would end the process.
  body.on('error', () => undefined);
  body.once('close', () => {
    clearTimeout(timer);
    raw.unpipe(body);
    raw.resume();
  });
  raw.pipe(body);
  return body;
}
