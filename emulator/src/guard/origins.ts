import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request may write to the emulator's own controls: a program may, and a page of the emulator itself or of an allowed origin.
 * A page of any other origin may not, whatever it claims.
 */
export function mayWrite(
  method: string,
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  const { origin, host } = headers;
  if (origin !== undefined) return origin === `http://${host}` || allowedOrigins.includes(origin);
  // Browsers always tell where a request comes from; programs do not.
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
