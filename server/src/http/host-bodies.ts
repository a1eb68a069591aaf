import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { ARRIVAL_MS } from './app.js';
import { FailureError, INTERNAL, statusFailure, type Failure } from './failure.js';

/** The bodies of requests that a host passes on: it may have read them before, and has no deadline for them. */
export interface HostBodies {
  /** The body of this request must have arrived within the time that the program has for it, counted from now. */
  setDeadline(request: IncomingMessage): void;
  /** Instead of its body being read, this request is answered with a failure. */
  setFailure(request: IncomingMessage, failure: Failure): void;
}

/** What the host has read and kept elsewhere cannot be had any more. */
const READ_BEFORE: Failure = {
  ...INTERNAL,
  message:
    'The host app has read the body of this request already. It must mount the portal before what reads bodies, or leave the body in request.body.',
};

/** Has an application read the bodies of requests in whatever state a host passes them on. */
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

/** Whether a request had a body that was read and is nowhere to be found. */
function isMissing(raw: IncomingMessage): boolean {
  if (!raw.readableEnded || bodyOf(raw) !== undefined) return false;
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
  return encoding !== undefined || Number(length ?? 0) > 0;
}

/** Where a body parser of the host (`express.json()`, Nest's) leaves the body. */
function bodyOf(raw: IncomingMessage): unknown {
  return 'body' in raw ? raw.body : undefined;
}

/** A body that a parser of the host has read, as it might have come in. */
function parsedBody(raw: IncomingMessage): Readable {
  const body = bodyOf(raw);
  const content = body === undefined ? Buffer.alloc(0) : toBuffer(body);
  const declared = Number(raw.headers['content-length'] ?? content.length);
  // A body parser may give an empty object where there is no body at all.
  const stream = Readable.from(declared > 0 ? [content] : []);
  // Fastify compares `content-length` with what has arrived, and this is not the text that came in.
  return Object.assign(stream, { receivedEncodedLength: declared });
}

function toBuffer(body: unknown): Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body)
    ? Buffer.from(body as string)
    : Buffer.from(JSON.stringify(body));
}

/** The same body, which fails when it has not arrived by then. The connection stays, for the answer. */
function withDeadline(raw: IncomingMessage, reply: FastifyReply, deadline: number): Readable {
  const body = new PassThrough();
  const timer = setTimeout(
    () => {
      // What still arrives would be taken for the next request, but for HTTP/2.
      if (raw.httpVersionMajor < 2) reply.header('connection', 'close');
      body.destroy(new FailureError(statusFailure(408)));
    },
    Math.max(0, deadline - performance.now()),
  );
  raw.on('error', (error) => body.destroy(error));
  // Nobody listens any more to a body that was refused for its size.
  body.on('error', () => undefined);
  body.once('close', () => {
    clearTimeout(timer);
    raw.unpipe(body);
    raw.resume();
  });
  raw.pipe(body);
  return body;
}
