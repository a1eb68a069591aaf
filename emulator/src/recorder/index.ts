import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.js';
import { maskBody, maskHeaders, maskUrl } from './mask.js';

/** A request that the emulator has seen. Secrets are masked, and what is very long is cut off. */
export interface SeenRequest {
  id: number;
  /** ISO 8601, by the emulator's clock. */
  at: string;
  method: string;
  /** With its query. */
  url: string;
  headers: Record<string, string>;
  /** The parameters of the body. */
  body?: unknown;
  /** 0 when the connection was closed without an answer. */
  status: number;
  durationMs: number;
  /** The id of the fault that struck it. */
  fault?: string;
  /** Whether the answer was that of an earlier call with the same idempotency key. */
  replayed: boolean;
}

const KEPT = 1000;

/** The last requests, the newest first. */
export class RequestRecorder {
  #seen: SeenRequest[] = [];
  #count = 0;
  readonly #listeners = new Set<(request: SeenRequest) => void>();

  list(): readonly SeenRequest[] {
    return this.#seen;
  }

  clear(): void {
    this.#seen = [];
  }

  record(request: Omit<SeenRequest, 'id'>): void {
    const seen = { id: ++this.#count, ...request };
    this.#seen = [seen, ...this.#seen.slice(0, KEPT - 1)];
    this.#listeners.forEach((listener) => listener(seen));
  }

  /** Calls `listener` for every request from now on. Returns the function that stops it. */
  subscribe(listener: (request: SeenRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

interface RecorderContext {
  recorder: RequestRecorder;
  clock: Clock;
}

/** Records every request but those to the controls and their page. */
export function recordRequests(app: FastifyInstance, context: RecorderContext): void {
  app.addHook('onRequest', (request, reply, next) => {
    next();
    recordRequest(request, reply, context);
  });
}

/** Records one, when it has been answered or given up. */
export function recordRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { recorder, clock }: RecorderContext,
): void {
  if (request.url === '/' || request.url.startsWith('/_emulator')) return;
  const at = new Date(clock.nowMs()).toISOString();
  const begun = performance.now();
  reply.raw.once('close', () => {
    recorder.record({
      at,
      method: request.method,
      url: maskUrl(request.url),
      headers: maskHeaders(request.headers),
      ...(request.body === undefined ? {} : { body: maskBody(request.body) }),
      status: reply.raw.headersSent ? reply.raw.statusCode : 0,
      durationMs: Math.round(performance.now() - begun),
      ...(request.fault ? { fault: request.fault.id } : {}),
      replayed: reply.raw.hasHeader('chargebee-idempotency-replayed'),
    });
  });
}
