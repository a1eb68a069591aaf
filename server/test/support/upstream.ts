import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** A request as the upstream saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
  /** When it arrived, on `performance.now()`'s clock. */
  at: number;
}

/** What the upstream does with a request. */
export type Behaviour = (response: ServerResponse, request: SeenRequest) => void;

/** An upstream over real HTTP that does what a test tells it to. */
export interface Upstream {
  url: string;
  requests: SeenRequest[];
  /** Connections made so far. */
  connections: number;
  /** The most requests that were in flight at once. */
  mostAtOnce: number;
  /** The behaviours for the next requests, one each; after them `otherwise`. */
  next: Behaviour[];
  /** What it does with every other request: answers well, unless a test sets another answer. */
  otherwise: Behaviour;
  /** Resolves when so many requests have arrived. */
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
    upstream.mostAtOnce = Math.max(upstream.mostAtOnce, inFlight);
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
    mostAtOnce: 0,
    next: [],
    otherwise: well,
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

/** A session as Chargebee answers it. */
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

/** A hosted page as Chargebee answers it. */
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

/** Answers as Chargebee would. */
export const well: Behaviour = (response, { method, path, form }) => {
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

/** Answers with a page, as a proxy before Chargebee does. */
export function html(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end('<html><body>Bad gateway</body></html>');
  };
}

/** Takes the request and says nothing. */
export const silence: Behaviour = () => undefined;

/** Cuts the connection with a reset. */
export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();

/** Starts an answer and cuts it in the middle. */
export const cutBody: Behaviour = (response) => {
  response.setHeader('content-length', '500');
  response.setHeader('content-type', 'application/json');
  response.write('{"portal_session":{"id":', () => response.destroy());
};

/** Sends an answer that never ends, byte by byte. */
export const drip: Behaviour = (response) => {
  response.setHeader('content-type', 'application/json');
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
};

/** Sends an answer of so many megabytes. */
export function megabytes(count: number): Behaviour {
  return (response) => {
    response.setHeader('content-type', 'application/json');
    response.end(`{"padding":"${'x'.repeat(count * 1024 * 1024)}"}`);
  };
}

/** Does the same under this status. */
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
