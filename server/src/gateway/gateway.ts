import { randomUUID } from 'node:crypto';
import type { ChargebeeRequestHeader, TelemetryAdapter } from 'chargebee';
import { PortalError } from '../errors.js';
import type { UpstreamQuota } from '../limits/index.js';
import { UnderWay } from '../under-way.js';
import { createAnswerReader } from './answers.js';
import { attempts } from './attempts.js';
import { Breaker, type BreakerOptions, type BreakerState } from './breaker.js';
import { apiOrigin, createChargebeeClient } from './chargebee-client.js';
import { originHeaders } from './origin-headers.js';
import { sessionNotFound, toPortalError, unavailable, type Operation } from './portal-errors.js';
import { isResourceId } from './resource-id.js';
import { createTransport } from './transport.js';
import type { ChargebeeGateway, UpstreamRequest } from './types.js';
import { UpstreamError } from './upstream-error.js';

/** How the gateway is set up. */
export interface ChargebeeGatewayOptions {
  /** The site's name, as in `https://{site}.chargebee.com`. */
  site: string;
  apiKey: string;
  /** The API's origin, when it is not the site's own: the emulator's. */
  baseUrl?: string | undefined;
  /** For one call, in milliseconds. */
  timeoutMs: number;
  /** The most connections this process holds open to Chargebee. */
  maxSockets: number;
  /** Our share of the site's quota, from `createLimits`. */
  quota: UpstreamQuota;
  /** When the circuit breaker opens and tries again. Ten failures in a row, and 5 seconds, unless given. */
  breaker?: BreakerOptions;
  /** Told whenever the circuit breaker changes its state. */
  onBreakerChange?: (state: BreakerState) => void;
  /** Traces of the SDK's calls. */
  telemetryAdapter?: TelemetryAdapter | undefined;
}

/** A gateway, and how it is doing. */
export interface ManagedGateway extends ChargebeeGateway {
  /** The circuit breaker's state, for a metric. */
  readonly breakerState: BreakerState;
}

/** Makes the one way to Chargebee: the SDK, on a tuned transport, behind quota, breaker, time-outs and retries. */
export function createChargebeeGateway(options: ChargebeeGatewayOptions): ManagedGateway {
  const { site, apiKey, timeoutMs, quota } = options;
  const origin = apiOrigin(site, options.baseUrl);
  const transport = createTransport({ origin, connections: options.maxSockets, timeoutMs });
  const chargebee = createChargebeeClient({
    apiKey,
    origin,
    timeoutMs,
    transport,
    telemetryAdapter: options.telemetryAdapter,
  });
  const sessions = chargebee.portalSession as unknown as CallsById<'retrieve' | 'logout'>;
  const pages = chargebee.hostedPage as unknown as CallsById<'retrieve'>;
  const answers = createAnswerReader({ secure: origin.protocol === 'https:' });
  const breaker = new Breaker(
    options.breaker ?? { failures: 10, halfOpenAfterMs: 5000 },
    options.onBreakerChange ?? (() => undefined),
  );
  const underWay = new UnderWay();
  let closed: Promise<void> | undefined;

  /** One operation: its attempts, and every failure as a `PortalError`. */
  async function call<T>(
    what: { operation: Operation; keyGiven: boolean },
    request: UpstreamRequest,
    send: (headers: Record<string, string>) => Promise<T>,
  ): Promise<T> {
    underWay.begin();
    try {
      return await attempts({ quota, breaker, timeoutMs }, what.operation, request, (signal) =>
        transport.run(signal, () => send(originHeaders(request.origin))),
      );
    } catch (error) {
      if (error instanceof PortalError) {
        throw error;
      }
      throw error instanceof UpstreamError ? toPortalError(error, what) : unavailable(error);
    } finally {
      underWay.end();
    }
  }

  return {
    createPortalSession({ customerId, redirectUrl, forwardUrl, idempotencyKey }, request) {
      const key = keyHeader(idempotencyKey);
      const keyGiven = idempotencyKey !== undefined;
      return call({ operation: 'create_portal_session', keyGiven }, request, async (headers) => {
        const answer = await chargebee.portalSession.create(
          { customer: { id: customerId }, redirect_url: redirectUrl, forward_url: forwardUrl },
          { ...headers, ...key },
        );
        return {
          session: answers.session(answer, { customerId }),
          replayed: keyGiven && isReplayed(answer),
        };
      });
    },
    async retrievePortalSession(id, request) {
      refuseOtherPaths(id);
      return call(
        { operation: 'retrieve_portal_session', keyGiven: false },
        request,
        async (headers) => answers.session(await sessions.retrieve(id, {}, headers), { id }),
      );
    },
    async logoutPortalSession({ id, customerId }, request) {
      refuseOtherPaths(id);
      const key = keyHeader(undefined);
      return call(
        { operation: 'logout_portal_session', keyGiven: false },
        request,
        async (headers) =>
          answers.session(await sessions.logout(id, {}, { ...headers, ...key }), {
            id,
            customerId,
          }),
      );
    },
    createManagePaymentSourcesPage({ customerId, redirectUrl, idempotencyKey }, request) {
      const key = keyHeader(idempotencyKey);
      const keyGiven = idempotencyKey !== undefined;
      const operation = 'create_manage_payment_sources_page';
      return call({ operation, keyGiven }, request, async (headers) => {
        const answer = await chargebee.hostedPage.managePaymentSources(
          { customer: { id: customerId }, redirect_url: redirectUrl },
          { ...headers, ...key },
        );
        return {
          page: answers.page(answer, { customerId }),
          replayed: keyGiven && isReplayed(answer),
        };
      });
    },
    async retrieveHostedPage({ id, customerId }, request) {
      refuseOtherPaths(id);
      return call(
        { operation: 'retrieve_hosted_page', keyGiven: false },
        request,
        async (headers) => answers.page(await pages.retrieve(id, {}, headers), { id, customerId }),
      );
    },
    get breakerState() {
      return breaker.state;
    },
    close() {
      closed ??= (async () => {
        await underWay.idle();
        await transport.close();
      })();
      return closed;
    },
  };
}

/** The SDK's calls with an id take parameters before the headers, whatever its declared types say. */
type CallsById<Name extends string> = Record<
  Name,
  (id: string, params: object, headers: ChargebeeRequestHeader) => Promise<unknown>
>;

/** One key for all attempts, so that an attempt whose answer was lost makes no second session. */
function keyHeader(given: string | undefined): { 'chargebee-idempotency-key': string } {
  return { 'chargebee-idempotency-key': given ?? randomUUID() };
}

/** The SDK puts an id into the path and leaves its slashes and dots: such an id is another path of the API. */
function refuseOtherPaths(id: string): void {
  if (!isResourceId(id)) {
    throw sessionNotFound();
  }
}

function isReplayed(answer: { isIdempotencyReplayed?: boolean | string }): boolean {
  return String(answer.isIdempotencyReplayed) === 'true';
}
