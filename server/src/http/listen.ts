import type { FastifyInstance } from 'fastify';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Thrown when listening on a port fails. The message is for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Starts listening. Resolves to a URL that can be opened on this machine. */
export async function listen(
  app: FastifyInstance,
  { host, port, variable }: { host: string; port: number; variable: string },
): Promise<string> {
  try {
    // For "localhost", Fastify would open a second server on the other loopback address, which `Drain` does not know.
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It may be a URL with a password.
    const shown = host.includes('@') ? 'HOST' : host;
    throw new ListenError(
      code === 'EADDRINUSE'
        ? `Port ${port} of ${shown} is in use; ${variable} chooses another.`
        : `Port ${port} of ${shown} cannot be listened on (${code ?? 'unknown error'}); see ${variable.replace('PORT', 'HOST')} and ${variable}.`,
      { cause: error },
    );
  }
  const { address, port: actual, family } = app.server.address() as AddressInfo;
  const scheme = app.server instanceof HttpsServer ? 'https' : 'http';
  const shown = ['0.0.0.0', '::'].includes(address) ? 'localhost' : address;
  return `${scheme}://${family === 'IPv6' && shown !== 'localhost' ? `[${shown}]` : shown}:${actual}`;
}
