import { randomUUID } from 'node:crypto';
import type { PortalUser } from '../identity/user.js';

/** An incoming request, as far as the operations need to know it. */
export interface IncomingRequest {
  /** `x-request-id`, taken or made; in every log line and error. */
  readonly id: string;
  /** When it came in, on `performance.now()`'s clock, in milliseconds. */
  readonly receivedAt: number;
  /** The end user's address and device, for Chargebee's own audit log. */
  readonly ip: string | undefined;
  readonly device: string | undefined;
  /** The origins that the server is reached at by this request, to which redirects are always allowed. */
  readonly ownOrigins?: (() => readonly string[]) | undefined;
  /** Calls back when the caller has gone before the answer; gives a function that stops listening. */
  readonly onGone: (listener: () => void) => () => void;
}

/** Who asks, verified, and by which request. */
export interface Caller {
  readonly user: PortalUser;
  readonly request: IncomingRequest;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The id of a request: the caller's `x-request-id` when it may stand in our log as it is, else a new one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
