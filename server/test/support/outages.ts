import { advanceDate } from './clock.js';
import type { Portal } from './portal.js';

/** The state of the host, the app that embeds the server, in the outages in which its own functions fail. */
export const hostState = { isFailing: false, lookUps: 0 };

/** Outages by name, each with the variables of its server, the function that causes it, and the alerts that must fire. */
export const outages: Record<
  string,
  {
    env?: Record<string, string>;
    /** Whether the outage is there when the server starts. */
    existsAtStartup?: boolean;
    options?: Parameters<typeof Portal.start>[1];
    /** Begins the outage. */
    start: (portal: Portal) => unknown;
    /** Sends a request during the outage; by default one for a portal session. */
    sendRequest?: (portal: Portal) => Promise<unknown>;
    alerts: string[];
  }
> = {
  'Chargebee hangs': {
    env: { CHARGEBEE_TIMEOUT_MS: '400', REQUEST_DEADLINE_MS: '1000' },
    start: ({ chargebee }) => (chargebee.intercept = () => true),
    alerts: ['ChargebeeDown'],
  },
  'Chargebee hangs and callers give up before the server does': {
    start: ({ chargebee }) => (chargebee.intercept = () => true),
    sendRequest: (portal) =>
      portal
        .post('/portal-session', undefined, { signal: AbortSignal.timeout(150) })
        .catch(() => undefined),
    alerts: ['CallersLeave'],
  },
  'Chargebee resets connections': {
    start: ({ chargebee }) =>
      (chargebee.intercept = (_call, response) => {
        response.socket?.resetAndDestroy();
        return true;
      }),
    alerts: ['ChargebeeDown'],
  },
  'other programs have used up the quota of the site': {
    start: ({ chargebee }) =>
      chargebee.failCalls(429, 'api_request_limit_exceeded', { 'retry-after': '60' }),
    alerts: ['SiteLimitReached'],
  },
  'the limit of the payment gateway is reached': {
    start: ({ chargebee }) => chargebee.failCalls(429, 'third_party_api_request_limit_exceeded'),
    alerts: ['GatewayLimitReached'],
  },
  'the API key is wrong': {
    start: ({ chargebee }) => chargebee.failCalls(401, 'api_authentication_failed'),
    alerts: ['PortalMisconfigured'],
  },
  'everybody’s token is refused': {
    start: () => undefined,
    sendRequest: (portal) => portal.post('/portal-session', undefined, { token: 'not.a.token' }),
    alerts: ['TokensRefused'],
  },
  'one token in three is too large for the headers': {
    start: () => undefined,
    sendRequest: async (portal) => {
      await portal.post('/portal-session');
      await portal.post('/portal-session');
      const large = await portal.post('/portal-session', undefined, { token: 'x'.repeat(20_000) });
      expect(large.status).toBe(431);
    },
    alerts: ['HeadersTooLarge'],
  },
  'a host’s own look-up of customers fails for one request in five': {
    options: {
      resolveCustomerIds: () => {
        hostState.lookUps += 1;
        if (hostState.isFailing && hostState.lookUps % 5 === 0) throw new Error('no database');
        return ['juniper-bakery'];
      },
    },
    start: () => (hostState.isFailing = true),
    alerts: ['PortalFailing'],
  },
  'a host’s own authentication fails': {
    options: {
      authenticate: () => {
        if (hostState.isFailing) throw new Error('no database');
        return { id: 'user-1' };
      },
      resolveCustomerIds: () => ['juniper-bakery'],
    },
    start: () => (hostState.isFailing = true),
    alerts: ['PortalFailing'],
  },
  'a host’s own authentication takes too long': {
    env: { CHARGEBEE_TIMEOUT_MS: '300', REQUEST_DEADLINE_MS: '300' },
    options: {
      authenticate: () =>
        hostState.isFailing ? new Promise<never>(() => undefined) : { id: 'user-1' },
      resolveCustomerIds: () => ['juniper-bakery'],
    },
    start: () => (hostState.isFailing = true),
    alerts: ['PortalFailing'],
  },
  'Redis is unavailable': {
    env: { REDIS_URL: 'redis://127.0.0.1:1' },
    existsAtStartup: true,
    start: () => undefined,
    alerts: ['PortalClosed', 'RedisAway'],
  },
  'the key set is unavailable': {
    env: { AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks.json' },
    existsAtStartup: true,
    start: () => undefined,
    alerts: ['KeySetAway'],
  },
  'the identity provider signs with a key that cannot be used, beside one that can': {
    start: publishKeyOfOtherKind,
    sendRequest: async (portal) => {
      const token = await portal.idp.token({}, { header: { kid: 'other' } });
      await portal.post('/portal-session', undefined, { token });
    },
    alerts: ['PortalFailing'],
  },
  'the identity provider cannot be reached since it signs with a new key': {
    start: async ({ idp }) => {
      await idp.addKey();
      idp.intercept = (response) => response.socket?.destroy();
      advanceDate(60_000);
    },
    alerts: ['PortalFailing'],
  },
};

/** Publishes another key, of which the server learns half a minute after it has fetched the keys. */
function publishKeyOfOtherKind({ idp }: Portal): void {
  const keys = [idp.jwk, { ...idp.jwk, kid: 'other', n: 'AQAB' }];
  idp.intercept = (response) => response.end(JSON.stringify({ keys }));
  advanceDate(60_000);
}
