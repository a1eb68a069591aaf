import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  AngularNodeAppEngine,
  createNodeRequestHandler,
  isMainModule,
  writeResponseToNodeResponse,
} from '@angular/ssr/node';
import sirv from 'sirv';
import { withContentSecurityPolicy } from './content-security-policy.server';
import { runtimeConfigFromEnvironment } from './environment.server';

const config = runtimeConfigFromEnvironment();
const files = sirv(join(import.meta.dirname, '../browser'), { dev: true, etag: true });
// Requests with another Host header are rejected, as a protection from DNS rebinding.
const angularApp = new AngularNodeAppEngine({ allowedHosts: ['localhost', '127.0.0.1', '[::1]'] });

function handle(request: IncomingMessage, response: ServerResponse): void {
  files(request, response, () => {
    render(request, response).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500, { 'content-type': 'text/plain' }).end('The page cannot be shown.');
    });
  });
}

async function render(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = await angularApp.handle(request);
  if (page) {
    await writeResponseToNodeResponse(await withContentSecurityPolicy(page, config), response);
  } else {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
  }
}

if (isMainModule(import.meta.url)) {
  const port = Number(process.env['PORT'] ?? 4200);
  const host = process.env['HOST'] ?? '127.0.0.1';
  const server = createServer(handle);
  server.once('error', (error: NodeJS.ErrnoException) => {
    const inUse = error.code === 'EADDRINUSE';
    console.error(inUse ? `demo: port ${port} is in use; set PORT to another` : error);
    process.exitCode = 1;
  });
  server.listen(port, host, () => {
    const address = server.address();
    const actualPort = typeof address === 'object' && address ? address.port : port;
    console.log(`demo ready at http://localhost:${actualPort}`);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
}

/** Called by the Angular CLI's development server. */
export const reqHandler = createNodeRequestHandler(handle);
