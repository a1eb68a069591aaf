import { randomUUID } from 'node:crypto';
import type { PortalUser } from '../identity/user.js';

/** The properties of an incoming request that the operations need. */
export interface IncomingRequest {
  /** The `x-request-id`, received or generated; contained in every log line and error. */
  readonly id: string;
  /** When the request arrived, in milliseconds by `performance.now()`. */
  readonly receivedAt: number;
  /** The end user's address and device, for Chargebee's own audit log. */
  readonly ip: string | undefined;
  readonly device: string | undefined;
  /** The server's own origins for this request, to which redirects are always allowed. */
  readonly ownOrigins?: (() => readonly string[]) | undefined;
  /** Calls the listener when the caller disconnects before the response. Returns a function that removes the listener. */
  readonly onDisconnect: (listener: () => void) => () => void;
}

/** The verified user, and the request. */
export interface Caller {
  readonly user: PortalUser;
  readonly request: IncomingRequest;
}

/** The maximum length of a user agent in the log. */
const MAX_USER_AGENT_LENGTH = 200;

/** Shortens a user agent for the log: callers may send a long one. */
export const shortenUserAgent = (userAgent: string | undefined): string | undefined =>
  userAgent?.slice(0, MAX_USER_AGENT_LENGTH);

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Returns the caller's `x-request-id` if it is safe to log, or a new id. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
