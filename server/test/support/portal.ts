import { PassThrough } from 'node:stream';
import {
  createPortalServer,
  type PortalServer,
  type PortalServerOptions,
  type PortalUser,
} from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from './chargebee.js';
import { IdentityProvider } from './identity-provider.js';

/** One line of the log. */
export type LogLine = Record<string, unknown>;

/** A portal server that listens on free ports, with a fake identity provider, a fake Chargebee, and its log. */
export class Portal {
  readonly idp: IdentityProvider;
  readonly chargebee: Chargebee;
  readonly url: string;
  readonly metricsUrl: string;
  readonly #server: PortalServer;
  readonly #destination: PassThrough;
  readonly #written: string[];

  private constructor(
    parts: { idp: IdentityProvider; chargebee: Chargebee; server: PortalServer },
    urls: { url: string; metricsUrl: string | undefined },
    destination: PassThrough,
    written: string[],
  ) {
    this.idp = parts.idp;
    this.chargebee = parts.chargebee;
    this.#server = parts.server;
    this.url = urls.url;
    this.metricsUrl = urls.metricsUrl ?? '';
    this.#destination = destination;
    this.#written = written;
  }

  static async start(
    env: Record<string, string | undefined> = {},
    options: Omit<PortalServerOptions<PortalUser>, 'env' | 'logger'> = {},
  ): Promise<Portal> {
    const [idp, chargebee] = await Promise.all([IdentityProvider.start(), Chargebee.start()]);
    const stopFakes = () => Promise.all([idp.stop(), chargebee.stop()]);
    const written: string[] = [];
    const destination = new PassThrough();
    destination.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const server = await createPortalServer({
      ...options,
      env: {
        ...chargebee.env,
        ...idp.env,
        HOST: '127.0.0.1',
        PORT: '0',
        METRICS_PORT: '0',
        CORS_ORIGINS: 'https://app.example.com',
        LOG_LEVEL: 'debug',
        ...env,
      },
      logger: createLogger(env.LOG_LEVEL ?? 'debug', destination),
    }).catch(async (error: unknown) => {
      await stopFakes();
      throw error;
    });
    const urls = await server.listen().catch(async (error: unknown) => {
      await Promise.all([server.close(), stopFakes()]);
      throw error;
    });
    return new Portal({ idp, chargebee, server }, urls, destination, written);
  }

  /** Returns the text of the log so far. */
  logText(): string {
    return this.#written.join('');
  }

  /** The lines of the log so far. */
  get log(): LogLine[] {
    return this.logText()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** The audit lines of the log so far. */
  get audit(): LogLine[] {
    return this.log.filter((line) => 'audit' in line);
  }

  /** Resolves to the next matching line that is logged after this call. */
  nextLine(matches: (line: LogLine) => boolean): Promise<LogLine> {
    const seen = this.log.length;
    return new Promise((resolve) => {
      const check = (): void => {
        const line = this.log.slice(seen).find(matches);
        if (!line) return;
        this.#destination.off('data', check);
        resolve(line);
      };
      this.#destination.on('data', check);
    });
  }

  /** Posts JSON, as a signed-in user unless `token` is null. */
  async post(
    path: string,
    body?: unknown,
    { token, headers = {}, signal }: PostOptions = {},
  ): Promise<Response> {
    const bearer = token === undefined ? await this.idp.token() : token;
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }

  /** Sends an operation. Resolves to status, headers and the parsed body. */
  async graphql(
    query: string,
    variables: object = {},
    options: PostOptions = {},
  ): Promise<GraphqlAnswer> {
    const response = await this.post('/graphql', { query, variables }, options);
    const body = (await response.json()) as Omit<GraphqlAnswer, 'status' | 'headers'>;
    return { status: response.status, headers: response.headers, ...body };
  }

  /** Closes the server, the identity provider and Chargebee. */
  async stop(): Promise<void> {
    await this.#server.close();
    await Promise.all([this.idp.stop(), this.chargebee.stop()]);
  }

  /** Closes the server, but neither the identity provider nor Chargebee. */
  close(): Promise<void> {
    return this.#server.close();
  }
}

export interface PostOptions {
  /** The bearer token; null for none. Default: a valid one. */
  token?: string | null;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface GraphqlAnswer {
  status: number;
  headers: Headers;
  data?: Record<string, Record<string, unknown>> | null;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
}

export const CREATE = `mutation Create($input: CreatePortalSessionInput) {
  createPortalSession(input: $input) { id token accessUrl redirectUrl status createdAt expiresAt customerId }
}`;
export const LOGOUT = `mutation Logout($id: ID!) { logoutPortalSession(id: $id) { id status customerId } }`;
export const PAYMENT_SOURCES = `mutation Page($input: CreateManagePaymentSourcesPageInput) {
  createManagePaymentSourcesPage(input: $input) { id type url state embed createdAt expiresAt }
}`;
export const VIEWER = '{ viewer { id customerIds } }';
