import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Returns whether a request may write to the emulator. Programs may, and so may pages of the emulator itself and of the allowed origins;
 * pages of other origins may not.
 */
export function isWriteAllowed(
  method: string,
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  const { origin, host } = headers;
  if (origin !== undefined) return origin === `http://${host}` || allowedOrigins.includes(origin);
  // Browsers send this header with every request; other programs do not send it.
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
