import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { root } from '../../scripts/lib/programs.mjs';

/** A running server of static files. */
export interface StaticServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves a built single-page app on a free port.
 *
 * @param folder relative to the root of the repository
 * @param json JSON responses by path, for the app's run-time configuration
 */
export async function serveStatic(
  folder: string,
  json: Record<string, unknown> = {},
): Promise<StaticServer> {
  // Replaces the `no-store` of `dev`, which would exclude the page from the back/forward cache.
  const setHeaders = (response: ServerResponse) => response.setHeader('cache-control', 'no-cache');
  const files = sirv(join(root, folder), { dev: true, single: true, setHeaders });
  const server = createServer((request, response) => {
    const body = json[request.url ?? ''];
    if (body === undefined) return files(request, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
