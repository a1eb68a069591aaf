import type { IncomingMessage } from 'node:http';

const mounted = new WeakSet<IncomingMessage>();

/** Marks a request as one that a host app passed on, instead of one that arrived at the server's own port. */
export const markAsMounted = (request: IncomingMessage): void => void mounted.add(request);

export const isMounted = (request: IncomingMessage): boolean => mounted.has(request);
