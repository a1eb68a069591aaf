import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.js';
import { maskBody, maskHeaders, maskUrl } from './mask.js';

/** A recorded request. Secrets are masked and long values truncated. */
export interface SeenRequest {
  id: number;
  /** ISO 8601, by the emulator's clock. */
  at: string;
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  /** The parameters of the body. */
  body?: unknown;
  /** 0 when the connection was closed without a response. */
  status: number;
  durationMs: number;
  /** The id of the fault that was applied to it. */
  fault?: string;
  /** The Chargebee parameters that the emulator ignored. */
  ignored?: string[];
  /** Whether the response was replayed from an earlier call with the same idempotency key. */
  replayed: boolean;
}

const MAX_REQUESTS = 1000;

/** Records the most recent requests, newest first. */
export class RequestRecorder {
  #requests: SeenRequest[] = [];
  #count = 0;
  readonly #listeners = new Set<(request: SeenRequest) => void>();

  list(): readonly SeenRequest[] {
    return this.#requests;
  }

  clear(): void {
    this.#requests = [];
  }

  record(request: Omit<SeenRequest, 'id'>): void {
    const seen = { id: ++this.#count, ...request };
    this.#requests = [seen, ...this.#requests.slice(0, MAX_REQUESTS - 1)];
    this.#listeners.forEach((listener) => listener(seen));
  }

  /** Calls `listener` for every new request. Returns a function that unsubscribes it. */
  subscribe(listener: (request: SeenRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

interface RecorderContext {
  recorder: RequestRecorder;
  clock: Clock;
}

/** Records every request except those to the control API and its page. */
export function recordRequests(app: FastifyInstance, context: RecorderContext): void {
  app.addHook('onRequest', (request, reply, next) => {
    next();
    recordRequest(request, reply, context);
  });
}

/** Records a request when its response has been sent or its connection closed. */
export function recordRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { recorder, clock }: RecorderContext,
): void {
  if (request.url === '/' || request.url.startsWith('/_emulator')) return;
  const at = new Date(clock.nowMs()).toISOString();
  const startedAt = performance.now();
  reply.raw.once('close', () => {
    recorder.record({
      at,
      method: request.method,
      url: maskUrl(request.url),
      headers: maskHeaders(request.headers),
      ...(request.body === undefined ? {} : { body: maskBody(request.body) }),
      status: reply.raw.headersSent ? reply.raw.statusCode : 0,
      durationMs: Math.round(performance.now() - startedAt),
      ...(request.fault ? { fault: request.fault.id } : {}),
      ...(request.ignoredParameters?.length ? { ignored: request.ignoredParameters } : {}),
      replayed: reply.raw.hasHeader('chargebee-idempotency-replayed'),
    });
  });
}
