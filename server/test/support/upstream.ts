import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** A request that the upstream has received. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
  /** When the request arrived, by `performance.now()`. */
  at: number;
}

/** Answers a request of the upstream. */
export type Behaviour = (response: ServerResponse, request: SeenRequest) => void;

/** A fake Chargebee over HTTP, whose behaviour is set by the test. */
export interface Upstream {
  url: string;
  requests: SeenRequest[];
  /** The number of connections so far. */
  connections: number;
  /** The maximum number of concurrent requests so far. */
  maxConcurrent: number;
  /** The behaviours for the next requests, one each; after them, `otherwise` is used. */
  next: Behaviour[];
  /** The behaviour for every other request. Default: success. */
  otherwise: Behaviour;
  /** Resolves when this many requests have arrived. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let inFlight = 0;
  const server = createServer((request, response) => {
    const at = performance.now();
    inFlight += 1;
    upstream.maxConcurrent = Math.max(upstream.maxConcurrent, inFlight);
    response.once('close', () => (inFlight -= 1));
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        form: new URLSearchParams(body),
        at,
      };
      upstream.requests.push(seen);
      waiting.forEach((check) => check());
      (upstream.next.shift() ?? upstream.otherwise)(response, seen);
    });
  });
  server.on('connection', (socket) => {
    upstream.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    connections: 0,
    maxConcurrent: 0,
    next: [],
    otherwise: succeed,
    arrived: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (upstream.requests.length >= count) {
            waiting.delete(check);
            resolve();
          }
        };
        waiting.add(check);
        check();
      }),
    async close() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
  return upstream;
}

/** Returns a session as in Chargebee's responses. */
export function aSession(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: 'portal_1',
    token: 'token-of-portal_1',
    access_url: 'https://acme-test.chargebeeportal.com/portal/access/token-of-portal_1',
    status: 'created',
    created_at: now,
    expires_at: now + 3600,
    object: 'portal_session',
    customer_id: 'juniper-bakery',
    ...fields,
  };
}

/** Returns a hosted page as in Chargebee's responses. */
export function aPage(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: 'hosted_1',
    type: 'manage_payment_sources',
    url: 'https://acme-test.chargebee.com/pages/v3/hosted_1/manage_payment_sources',
    state: 'created',
    embed: true,
    created_at: now,
    expires_at: now + 3600,
    object: 'hosted_page',
    ...fields,
  };
}

/** Answers with success, as Chargebee would. */
export const succeed: Behaviour = (response, { method, path, form }) => {
  const customer_id = form.get('customer[id]') ?? 'juniper-bakery';
  const [, , , resource, id, action] = path.split('?')[0]?.split('/') ?? [];
  if (resource === 'hosted_pages') {
    json(200, { hosted_page: method === 'GET' ? aPage({ id }) : aPage() })(response);
  } else if (method === 'GET') {
    json(200, { portal_session: aSession({ id }) })(response);
  } else if (action === 'logout') {
    json(200, { portal_session: aSession({ id, status: 'logged_out' }) })(response);
  } else {
    json(200, { portal_session: aSession({ customer_id }) })(response);
  }
};

/** Answers with JSON. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers with one of Chargebee's errors. */
export function chargebeeError(
  status: number,
  api_error_code: string,
  more: { param?: string; headers?: Record<string, string> } = {},
): (response: ServerResponse) => void {
  const { headers, ...body } = more;
  return json(
    status,
    { message: 'Secret text of Chargebee', type: 'invalid_request', api_error_code, ...body },
    headers,
  );
}

/** Answers with an HTML page, like a proxy in front of Chargebee. */
export function html(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end('<html><body>Bad gateway</body></html>');
  };
}

/** Accepts the request and never answers. */
export const noResponse: Behaviour = () => undefined;

/** Resets the connection. */
export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();

/** Closes the connection in the middle of an answer. */
export const truncatedBody: Behaviour = (response) => {
  response.setHeader('content-length', '500');
  response.setHeader('content-type', 'application/json');
  response.write('{"portal_session":{"id":', () => response.destroy());
};

/** Sends an answer that never ends, byte by byte. */
export const endlessBody: Behaviour = (response) => {
  response.setHeader('content-type', 'application/json');
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
};

/** Sends an answer of this many megabytes. */
export function megabytes(count: number): Behaviour {
  return (response) => {
    response.setHeader('content-type', 'application/json');
    response.end(`{"padding":"${'x'.repeat(count * 1024 * 1024)}"}`);
  };
}

/** Returns the behaviour with another status, and with headers. */
export function withStatus(
  status: number,
  behaviour: Behaviour,
  headers: Record<string, string> = {},
): Behaviour {
  return (response, request) => {
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    behaviour(response, request);
  };
}

/** Answers with something that is not HTTP. */
export const notHttp: Behaviour = (response) => {
  response.socket?.end('SMTP ready\r\n\r\n');
};
