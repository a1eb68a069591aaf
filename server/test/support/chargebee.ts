import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deferred } from './deferred.js';
import { chargebeeError } from './upstream.js';

/** A received call. */
export interface Call {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  form: URLSearchParams;
}

interface Session {
  id: string;
  token: string;
  access_url: string;
  redirect_url?: string;
  status: string;
  created_at: number;
  expires_at: number;
  object: 'portal_session';
  customer_id: string;
}

interface Page {
  id: string;
  type: 'manage_payment_sources';
  url: string;
  state: string;
  embed: boolean;
  created_at: number;
  expires_at: number;
  object: 'hosted_page';
  content: { customer: { id: string } };
}

/**
 * A fake of the part of Chargebee's API that tests of whole servers need, with its state in memory. Tests of calls and
 * quotas use `startUpstream`, which has no state.
 */
export class Chargebee {
  readonly calls: Call[] = [];
  readonly sessions = new Map<string, Session>();
  readonly pages = new Map<string, Page>();
  readonly customers = new Set(['acme', 'globex', 'initech']);
  /** Handles a call instead of the fake. Returns false to leave the call to the fake. */
  intercept: ((call: Call, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
  readonly #replays = new Map<string, string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void this.#serve(request, Buffer.concat(chunks), response));
    });
  }

  static async start(): Promise<Chargebee> {
    const chargebee = new Chargebee();
    await new Promise<void>((resolve) => chargebee.#server.listen(0, '127.0.0.1', resolve));
    return chargebee;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get env() {
    return {
      CHARGEBEE_SITE: 'acme-test',
      CHARGEBEE_API_KEY: 'test_key',
      CHARGEBEE_BASE_URL: this.origin,
    };
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Holds the next calls: `arrived` resolves when the first one arrives, and `release()` lets all continue. */
  holdCalls(): { arrived: Promise<void>; release: () => void } {
    const arrived = deferred();
    const released = deferred();
    this.intercept = async () => {
      arrived.resolve();
      await released.promise;
      return false;
    };
    return { arrived: arrived.promise, release: released.resolve };
  }

  /** Answers all further calls with one of Chargebee's errors. */
  failCalls(status: number, code: string, headers: Record<string, string> = {}): void {
    const fail = chargebeeError(status, code, { headers });
    this.intercept = (_call, response) => {
      fail(response);
      return true;
    };
  }

  async #serve(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const call: Call = {
      method: request.method ?? '',
      path: (request.url ?? '').replace(/^\/api\/v2/, '').replace(/\?.*/, ''),
      headers: request.headers,
      form: new URLSearchParams(body.toString()),
    };
    this.calls.push(call);
    if (await this.intercept?.(call, response)) return;
    const key = request.headers['chargebee-idempotency-key'];
    const replay = typeof key === 'string' ? this.#replays.get(key) : undefined;
    if (replay !== undefined) {
      response.setHeader('chargebee-idempotency-replayed', 'true');
      answer(response, 200, replay);
      return;
    }
    const [status, result] = this.#handle(call);
    const text = JSON.stringify(result);
    if (status === 200 && typeof key === 'string') this.#replays.set(key, text);
    answer(response, status, text);
  }

  #handle({ method, path, form }: Call): [number, object] {
    const customer = form.get('customer[id]') ?? '';
    if (method === 'POST' && path === '/portal_sessions') {
      return this.customers.has(customer)
        ? [200, { portal_session: this.#createSession(customer, form) }]
        : notFound();
    }
    if (method === 'POST' && path === '/hosted_pages/manage_payment_sources') {
      return this.customers.has(customer)
        ? [200, { hosted_page: this.#createPage(customer) }]
        : notFound();
    }
    const [, pageId] = /^\/hosted_pages\/([^/]+)$/.exec(path) ?? [];
    const page = method === 'GET' && pageId !== undefined ? this.pages.get(pageId) : undefined;
    if (page) return [200, { hosted_page: page }];
    const [, id, action] = /^\/portal_sessions\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const session = id === undefined ? undefined : this.sessions.get(id);
    if (!session) return notFound();
    if (method === 'POST' && action === 'logout') session.status = 'logged_out';
    return [200, { portal_session: session }];
  }

  #createSession(customer: string, form: URLSearchParams): Session {
    const id = `portal_${this.sessions.size + 1}${Math.random().toString(36).slice(2, 8)}`;
    const token = `tok${Math.random().toString(36).slice(2)}`;
    const now = Math.floor(Date.now() / 1000);
    const redirect = form.get('redirect_url');
    const session: Session = {
      id,
      token,
      access_url: `https://acme-test.chargebeeportal.com/portal/access/${token}`,
      ...(redirect !== null && { redirect_url: redirect }),
      status: 'created',
      created_at: now,
      expires_at: now + 3600,
      object: 'portal_session',
      customer_id: customer,
    };
    this.sessions.set(id, session);
    return session;
  }

  #createPage(customer: string): Page {
    // As at Chargebee, the id is the secret part of the URL.
    const id = randomBytes(17).toString('hex');
    const now = Math.floor(Date.now() / 1000);
    const page: Page = {
      id,
      type: 'manage_payment_sources',
      url: `https://acme-test.chargebee.com/pages/v3/${id}/`,
      state: 'created',
      embed: true,
      created_at: now,
      expires_at: now + 3600,
      object: 'hosted_page',
      content: { customer: { id: customer } },
    };
    this.pages.set(id, page);
    return page;
  }
}

function notFound(): [number, object] {
  return [
    404,
    {
      message: 'Sorry, we could not find the resource.',
      type: 'invalid_request',
      api_error_code: 'resource_not_found',
      http_status_code: 404,
    },
  ];
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
  response.end(text);
}
