import { randomUUID } from 'node:crypto';
import type Chargebee from 'chargebee';
import type { ChargebeeRequestHeader, TelemetryAdapter } from 'chargebee';
import type { ProxyConfig } from '../config/config.js';
import { PortalError } from '../errors.js';
import type { UpstreamQuota } from '../limits/index.js';
import { InFlight } from '../in-flight.js';
import { createAnswerReader } from './answers.js';
import type { ApiKeys } from './api-keys.js';
import { callWithRetries, type AttemptedCall } from './attempts.js';
import { Breaker, type BreakerOptions, type BreakerState } from './breaker.js';
import { apiOrigin, createChargebeeClient } from './chargebee-client.js';
import { originHeaders } from './origin-headers.js';
import { sessionNotFound, toPortalError, unavailable } from './portal-errors.js';
import { isResourceId } from './resource-id.js';
import { createTransport, type Transport } from './transport.js';
import type { ChargebeeGateway, UpstreamRequest } from './types.js';
import { UpstreamError } from './upstream-error.js';

export interface ChargebeeGatewayOptions {
  /** The site's name, as in `https://{site}.chargebee.com`. */
  site: string;
  /** The API key, and perhaps a second one to use when Chargebee refuses it. */
  apiKeys: ApiKeys;
  /** The API's origin, if not the site's own, such as the emulator's. */
  baseUrl?: string | undefined;
  /** The proxy for calls to Chargebee. */
  proxy?: ProxyConfig | undefined;
  /** The timeout of one call, in milliseconds. */
  timeoutMs: number;
  /** The maximum number of this process's connections to Chargebee. */
  maxSockets: number;
  /** Our share of the site's quota, from `createLimits`. */
  quota: UpstreamQuota;
  /** By default, the circuit breaker opens after 10 consecutive failures, for 5 seconds. */
  breaker?: BreakerOptions;
  /** Called whenever the circuit breaker changes its state. */
  onBreakerChange?: (state: BreakerState) => void;
  /** Creates spans for the SDK's calls. */
  telemetryAdapter?: TelemetryAdapter | undefined;
}

/** A gateway, and the state of its circuit breaker. */
export interface ManagedGateway extends ChargebeeGateway {
  /** The circuit breaker's state, for a metric. */
  readonly breakerState: BreakerState;
}

/** Creates the gateway that makes all calls to Chargebee: the SDK with our transport, quota, breaker, timeouts and retries. */
export function createChargebeeGateway(options: ChargebeeGatewayOptions): ManagedGateway {
  return new SdkGateway(options);
}

/** One call of Chargebee's API. */
interface ApiCall<T> {
  call: AttemptedCall & { keyGiven: boolean };
  send: (chargebee: Chargebee, headers: Record<string, string>) => Promise<T>;
}

class SdkGateway implements ManagedGateway {
  readonly #options: ChargebeeGatewayOptions;
  readonly #origin: URL;
  readonly #transport: Transport;
  readonly #answers: ReturnType<typeof createAnswerReader>;
  readonly #breaker: Breaker;
  readonly #inFlight = new InFlight();
  /** The SDK with the current API key. */
  #client: { apiKey: string; chargebee: Chargebee } | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ChargebeeGatewayOptions) {
    this.#options = options;
    this.#origin = apiOrigin(options.site, options.baseUrl);
    this.#transport = createTransport({
      origin: this.#origin,
      proxy: options.proxy,
      connections: options.maxSockets,
      timeoutMs: options.timeoutMs,
    });
    this.#answers = createAnswerReader({ secure: this.#origin.protocol === 'https:' });
    this.#breaker = new Breaker(
      options.breaker ?? { failures: 10, halfOpenAfterMs: 5000 },
      options.onBreakerChange ?? (() => undefined),
    );
  }

  get breakerState(): BreakerState {
    return this.#breaker.state;
  }

  createPortalSession: ChargebeeGateway['createPortalSession'] = (
    { customerId, redirectUrl, forwardUrl, idempotencyKey },
    request,
  ) => {
    const key = keyHeader(idempotencyKey);
    const keyGiven = idempotencyKey !== undefined;
    return this.#call(request, {
      call: { operation: 'create_portal_session', subject: customerId, keyGiven },
      send: async (chargebee, headers) => {
        const answer = await chargebee.portalSession.create(
          { customer: { id: customerId }, redirect_url: redirectUrl, forward_url: forwardUrl },
          { ...headers, ...key },
        );
        const session = this.#answers.session(answer, { customerId });
        return { session, replayed: keyGiven && isReplayed(answer) };
      },
    });
  };

  retrievePortalSession: ChargebeeGateway['retrievePortalSession'] = async (id, request) => {
    refuseOtherPaths(id);
    return this.#call(request, {
      call: { operation: 'retrieve_portal_session', subject: id, keyGiven: false },
      send: async ({ portalSession }, headers) =>
        this.#answers.session(await byId(portalSession).retrieve(id, {}, headers), { id }),
    });
  };

  logoutPortalSession: ChargebeeGateway['logoutPortalSession'] = async (
    { id, customerId },
    request,
  ) => {
    refuseOtherPaths(id);
    const key = keyHeader(undefined);
    return this.#call(request, {
      call: { operation: 'logout_portal_session', subject: customerId, keyGiven: false },
      send: async ({ portalSession }, headers) => {
        const answer = await byId(portalSession).logout(id, {}, { ...headers, ...key });
        return this.#answers.session(answer, { id, customerId });
      },
    });
  };

  createManagePaymentSourcesPage: ChargebeeGateway['createManagePaymentSourcesPage'] = (
    { customerId, redirectUrl, idempotencyKey },
    request,
  ) => {
    const key = keyHeader(idempotencyKey);
    const keyGiven = idempotencyKey !== undefined;
    return this.#call(request, {
      call: { operation: 'create_manage_payment_sources_page', subject: customerId, keyGiven },
      send: async (chargebee, headers) => {
        const answer = await chargebee.hostedPage.managePaymentSources(
          { customer: { id: customerId }, redirect_url: redirectUrl },
          { ...headers, ...key },
        );
        const page = this.#answers.page(answer, { customerId });
        return { page, replayed: keyGiven && isReplayed(answer) };
      },
    });
  };

  retrieveHostedPage: ChargebeeGateway['retrieveHostedPage'] = async (
    { id, customerId },
    request,
  ) => {
    refuseOtherPaths(id);
    return this.#call(request, {
      call: { operation: 'retrieve_hosted_page', subject: customerId, keyGiven: false },
      send: async ({ hostedPage }, headers) => {
        const answer = await byId(hostedPage).retrieve(id, {}, headers);
        return this.#answers.page(answer, { id, customerId });
      },
    });
  };

  close(): Promise<void> {
    this.#closed ??= this.#inFlight.idle().then(() => this.#transport.close());
    return this.#closed;
  }

  /** Makes a call with retries. Rejects only with `PortalError`. */
  async #call<T>(request: UpstreamRequest, { call, send }: ApiCall<T>): Promise<T> {
    const { quota, timeoutMs } = this.#options;
    this.#inFlight.begin();
    try {
      return await this.#withEachKey((chargebee) =>
        callWithRetries({ quota, breaker: this.#breaker, timeoutMs }, call, request, (signal) =>
          this.#transport.run(signal, () => send(chargebee, originHeaders(request.origin))),
        ),
      );
    } catch (error) {
      if (error instanceof PortalError) throw error;
      throw error instanceof UpstreamError ? toPortalError(error, call) : unavailable(error);
    } finally {
      this.#inFlight.end();
    }
  }

  /** Makes a call, and repeats it with the other API key if Chargebee refuses the first. */
  async #withEachKey<T>(send: (chargebee: Chargebee) => Promise<T>): Promise<T> {
    const { apiKeys } = this.#options;
    const key = apiKeys.current;
    try {
      return await send(this.#clientFor(key));
    } catch (error) {
      const isRefused = error instanceof UpstreamError && error.status === 401;
      if (!isRefused || !apiKeys.rotateAfterRefusal(key)) throw error;
      return send(this.#clientFor(apiKeys.current));
    }
  }

  /** Returns the SDK for an API key. The key of an existing client cannot be changed. */
  #clientFor(apiKey: string): Chargebee {
    if (this.#client?.apiKey === apiKey) return this.#client.chargebee;
    const { timeoutMs, telemetryAdapter } = this.#options;
    const chargebee = createChargebeeClient({
      apiKey,
      origin: this.#origin,
      timeoutMs,
      transport: this.#transport,
      telemetryAdapter,
    });
    this.#client = { apiKey, chargebee };
    return chargebee;
  }
}

/** The SDK's calls with an id take parameters before the headers, unlike in its declared types. */
type CallsById<Name extends string> = Record<
  Name,
  (id: string, params: object, headers: ChargebeeRequestHeader) => Promise<unknown>
>;

function byId(resource: object): CallsById<'retrieve' | 'logout'> {
  return resource as CallsById<'retrieve' | 'logout'>;
}

/** Returns one idempotency key for all attempts, so that a retry after a lost response creates no second session. */
function keyHeader(given: string | undefined): { 'chargebee-idempotency-key': string } {
  return { 'chargebee-idempotency-key': given ?? randomUUID() };
}

/** Rejects invalid ids: the SDK does not escape slashes and dots, so such an id would call another path of the API. */
function refuseOtherPaths(id: string): void {
  if (!isResourceId(id)) {
    throw sessionNotFound();
  }
}

function isReplayed(answer: { isIdempotencyReplayed?: boolean | string }): boolean {
  return String(answer.isIdempotencyReplayed) === 'true';
}
