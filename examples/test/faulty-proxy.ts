import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that an example has sent to the portal server. */
export interface SeenRequest {
  path: string;
  authorization: string;
  headers: IncomingHttpHeaders;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
/** The token in the malformed responses, such as those of a proxy that confuses two of them. */
export const LEAKED_TOKEN = 'token-in-a-malformed-answer';
const SESSION = `{"id":"portal_1","token":"${LEAKED_TOKEN}"}`;

/** Responses that clients cannot parse, by what is wrong with them. What a client complains about contains the token. */
const malformed: Record<string, string> = {
  head: `${SESSION}\r\n\r\n`,
  status: `HTTP/1.1 ${LEAKED_TOKEN} OK\r\n\r\n`,
  header: `${HEAD}${LEAKED_TOKEN}\r\n\r\n{}`,
  headerName: `${HEAD}${LEAKED_TOKEN} x: y\r\n\r\n{}`,
  length: `${HEAD}content-length: ${LEAKED_TOKEN}\r\n\r\n{}`,
  chunk: `${HEAD}transfer-encoding: chunked\r\n\r\n${LEAKED_TOKEN}\r\n{}\r\n0\r\n\r\n`,
  location: `HTTP/1.1 302 Found\r\nlocation: http://[${LEAKED_TOKEN}\r\ncontent-length: 0\r\n\r\n`,
  json: `${HEAD}\r\n{"token":${LEAKED_TOKEN}`,
  // Not UTF-8.
  encoding: `${HEAD}\r\n{"token":"${LEAKED_TOKEN}","name":"\xff\xfe"}`,
  // More than its Content-Length.
  excess: `${HEAD}content-length: 2\r\n\r\n{}${SESSION}`,
};
export const MALFORMED_MODES = Object.keys(malformed);

/** How long the connection of a malformed response stays open, in which a client may read more of it. */
const MALFORMED_OPEN_MS = 200;

/** The faulty responses. A test selects one by sending the token `mode-NAME`. */
const modes: Record<string, (response: ServerResponse) => void> = {
  hang: () => undefined,
  drip(response) {
    response.writeHead(200, JSON_HEADERS).write('{');
    const timer = setInterval(() => response.write(' '), 200);
    response.once('close', () => clearInterval(timer));
  },
  html(response) {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  },
  notice(response) {
    response.writeHead(200, JSON_HEADERS).end(`Notice: ${SESSION}`);
  },
  comma(response) {
    response.writeHead(200, JSON_HEADERS).end(`{"token":"${LEAKED_TOKEN}",}`);
  },
  huge(response) {
    response.writeHead(200, JSON_HEADERS).write('"');
    const chunk = 'x'.repeat(100_000);
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  },
  redirect(response) {
    response.writeHead(307, { ...JSON_HEADERS, location: '/elsewhere' }).end('{}');
  },
  cut(response) {
    response.writeHead(200, { ...JSON_HEADERS, 'content-length': '1000' });
    response.write('{"id":"portal_', () => response.destroy());
  },
  reset(response) {
    response.destroy();
  },
  limited(response) {
    response
      .writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '17' })
      .end('{"status":429,"code":"RATE_LIMITED","retryAfter":17}');
  },
  leaky(response) {
    response
      .writeHead(200, {
        ...JSON_HEADERS,
        'cache-control': 'public, max-age=60',
        'set-cookie': 'session=of-somebody',
        'x-internal': 'secret',
        'x-request-id': 'request-1',
      })
      .end('{}');
  },
};

/**
 * A proxy between the examples and the portal server. It forwards and records requests, responds with a fault if the token
 * selects one, and can refuse connections.
 */
export class FaultyProxy {
  readonly requests: SeenRequest[] = [];
  /** The body of the portal server's last response. */
  lastAnswer = '';
  readonly #target: string;
  /** Earlier servers may still have open connections; only the last one listens. */
  readonly #servers: Server[] = [];
  #port = 0;
  #isDown = false;

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param target the origin of the portal server */
  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await proxy.up();
    return proxy;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Starts to listen, always on the same port. */
  async up(): Promise<void> {
    this.#isDown = false;
    const server = createServer((request, response) => {
      // A connection that was in use when `down` closed the idle ones can still send requests.
      if (this.#isDown) request.socket.destroy();
      else void this.#answer(request, response);
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(this.#port, 'localhost', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Waits until `count` matching requests have been received, but at most 30 seconds. */
  async waitForRequests(
    count: number,
    matches: (request: SeenRequest) => boolean = () => true,
  ): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (this.requests.filter(matches).length < count && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Refuses new connections. Requests in flight continue. */
  down(): void {
    this.#isDown = true;
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  stop(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { headers, url: path = '' } = request;
    const { authorization = '' } = headers;
    this.requests.push({ path, authorization, headers });
    const name = /^Bearer mode-(\w+)/.exec(authorization)?.[1] ?? '';
    const mode = modes[name];
    if (mode) mode(response);
    else if (malformed[name]) {
      request.socket.write(malformed[name], 'latin1');
      setTimeout(() => request.socket.destroy(), MALFORMED_OPEN_MS);
    } else this.#forward(request, body, response);
  }

  #forward(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { host: _host, ...headers } = request.headers;
    const forwarded = httpRequest(
      `${this.#target}${request.url ?? ''}`,
      { method: request.method, headers },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          this.lastAnswer = text;
          response.writeHead(answer.statusCode ?? 500, answer.headers).end(text);
        });
      },
    );
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  }
}
