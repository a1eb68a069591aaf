import type { PortalErrorCode } from '../src/errors.js';
import type { ManagedGateway } from '../src/gateway/gateway.js';
import type { Limits } from '../src/limits/index.js';
import { aRequest, failureOf, gatewayTo, limitsOf } from './support/gateway.js';
import {
  aPage,
  aSession,
  chargebeeError,
  truncatedBody,
  endlessBody,
  html,
  json,
  megabytes,
  notHttp,
  reset,
  noResponse,
  startUpstream,
  succeed,
  withStatus,
  type Behaviour,
  type Upstream,
} from './support/upstream.js';

/** A behaviour of the upstream, the caller's error, and the number of calls. */
interface Fault {
  name: string;
  behaviour: Behaviour;
  code: PortalErrorCode;
  calls: number;
  retryAfter?: number;
  argument?: string;
  /** The timeout of a call, for faults that reach it. */
  timeoutMs?: number;
}

/** The number of calls for a fault after which the call is retried. */
const CALLS_WITH_RETRIES = 3;

const FAULTS: Fault[] = [
  ...[
    [401, 'api_authentication_failed'],
    [401, 'basic_authentication_failed'],
    [403, 'api_authorization_failed'],
    [403, 'request_blocked'],
    [404, 'site_not_found'],
    [400, 'configuration_incompatible'],
    [400, 'param_wrong_value'],
    [405, 'http_method_not_supported'],
  ].map(([status, code]): Fault => ({
    name: `${status} ${code}`,
    behaviour: chargebeeError(Number(status), String(code)),
    code: 'BILLING_MISCONFIGURED',
    calls: 1,
  })),
  {
    name: '404 resource_not_found',
    behaviour: chargebeeError(404, 'resource_not_found'),
    code: 'CUSTOMER_NOT_FOUND',
    calls: 1,
  },
  {
    name: '400 resource_not_found, a code with another status',
    behaviour: chargebeeError(400, 'resource_not_found'),
    code: 'CUSTOMER_NOT_FOUND',
    calls: 1,
  },
  {
    name: '400 about the customer id',
    behaviour: chargebeeError(400, 'param_wrong_value', { param: 'customer[id]' }),
    code: 'CUSTOMER_NOT_FOUND',
    calls: 1,
  },
  {
    name: '400 about the redirect URL',
    behaviour: chargebeeError(400, 'param_wrong_value', { param: 'redirect_url' }),
    code: 'BAD_USER_INPUT',
    argument: 'input.redirectUrl',
    calls: 1,
  },
  {
    name: '400 about the forward URL',
    behaviour: chargebeeError(400, 'invalid_request', { param: 'forward_url' }),
    code: 'BAD_USER_INPUT',
    argument: 'input.forwardUrl',
    calls: 1,
  },
  {
    name: '409 invalid_state_for_request',
    behaviour: chargebeeError(409, 'invalid_state_for_request'),
    code: 'BILLING_MISCONFIGURED',
    calls: 1,
  },
  {
    name: '400 operation_not_allowed',
    behaviour: chargebeeError(400, 'operation_not_allowed'),
    code: 'BILLING_MISCONFIGURED',
    calls: 1,
  },
  {
    name: '400 with a code that is not known',
    behaviour: chargebeeError(400, 'resource_limit_exceeded'),
    code: 'BILLING_MISCONFIGURED',
    calls: 1,
  },
  {
    name: '400 site_not_ready, a code with another status',
    behaviour: chargebeeError(400, 'site_not_ready'),
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: '429 for the limit of a payment gateway',
    behaviour: chargebeeError(429, 'third_party_api_request_limit_exceeded'),
    code: 'RATE_LIMITED',
    retryAfter: 10,
    calls: 1,
  },
  {
    name: '429 for the limit of a payment gateway, with Retry-After',
    behaviour: chargebeeError(429, 'third_party_api_request_limit_exceeded', {
      headers: { 'retry-after': '25' },
    }),
    code: 'RATE_LIMITED',
    retryAfter: 25,
    calls: 1,
  },
  { name: '404 with HTML', behaviour: html(404), code: 'BILLING_MISCONFIGURED', calls: 1 },
  {
    name: 'a redirect',
    behaviour: html(302, { location: 'https://elsewhere.example' }),
    code: 'BILLING_MISCONFIGURED',
    calls: 1,
  },
  { name: '408 with HTML', behaviour: html(408), code: 'BILLING_UNAVAILABLE', calls: 1 },
  {
    name: '429 with Retry-After',
    behaviour: chargebeeError(429, 'api_request_limit_exceeded', {
      headers: { 'retry-after': '17' },
    }),
    code: 'RATE_LIMITED',
    retryAfter: 17,
    calls: 1,
  },
  {
    name: '429 without Retry-After',
    behaviour: chargebeeError(429, 'api_request_limit_exceeded'),
    code: 'RATE_LIMITED',
    retryAfter: 60,
    calls: 1,
  },
  {
    name: '429 with a Retry-After of a day',
    behaviour: chargebeeError(429, 'api_request_limit_exceeded', {
      headers: { 'retry-after': '86400' },
    }),
    code: 'RATE_LIMITED',
    retryAfter: 600,
    calls: 1,
  },
  {
    name: '429 with a Retry-After that says nothing',
    behaviour: chargebeeError(429, 'api_request_limit_exceeded', {
      headers: { 'retry-after': 'soon' },
    }),
    code: 'RATE_LIMITED',
    retryAfter: 60,
    calls: 1,
  },
  {
    name: '429 with HTML',
    behaviour: html(429, { 'retry-after': '5' }),
    code: 'RATE_LIMITED',
    retryAfter: 5,
    calls: 1,
  },
  {
    name: '429 for a lock on one record',
    behaviour: chargebeeError(429, 'lock_timeout'),
    code: 'RATE_LIMITED',
    retryAfter: 1,
    calls: 1,
  },
  {
    name: '400 api_request_limit_exceeded, a code with another status',
    behaviour: chargebeeError(400, 'api_request_limit_exceeded'),
    code: 'RATE_LIMITED',
    retryAfter: 60,
    calls: 1,
  },
  {
    name: '500 internal_error',
    behaviour: chargebeeError(500, 'internal_error'),
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: '503 site_read_only_mode',
    behaviour: chargebeeError(503, 'site_read_only_mode'),
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: '502 with HTML',
    behaviour: html(502),
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: '504 with nothing',
    behaviour: (response) => response.writeHead(504).end(),
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: 'a connection that is reset',
    behaviour: reset,
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: 'a truncated body',
    behaviour: truncatedBody,
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: 'a response that is not HTTP',
    behaviour: notHttp,
    code: 'BILLING_UNAVAILABLE',
    calls: CALLS_WITH_RETRIES,
  },
  {
    name: 'an answer of three megabytes',
    behaviour: megabytes(3),
    code: 'BILLING_UNAVAILABLE',
    calls: 1,
  },
  ...[
    { what: 'a truncated body', body: truncatedBody },
    { what: 'three megabytes', body: megabytes(3) },
    { what: 'an endless body', body: endlessBody, timeoutMs: 800 },
  ].flatMap(({ what, body, ...more }): Fault[] => [
    {
      name: `429 with ${what}`,
      behaviour: withStatus(429, body, { 'retry-after': '17' }),
      code: 'RATE_LIMITED',
      retryAfter: 17,
      calls: 1,
      ...more,
    },
    {
      name: `401 with ${what}`,
      behaviour: withStatus(401, body),
      code: 'BILLING_MISCONFIGURED',
      calls: 1,
      ...more,
    },
    {
      name: `409 with ${what}`,
      behaviour: withStatus(409, body),
      code: 'BILLING_UNAVAILABLE',
      calls: 1,
      ...more,
    },
    {
      name: `500 with ${what}`,
      behaviour: withStatus(500, body),
      code: 'BILLING_UNAVAILABLE',
      calls: CALLS_WITH_RETRIES,
      ...more,
    },
  ]),
  { name: '200 with HTML', behaviour: html(200), code: 'BILLING_UNAVAILABLE', calls: 1 },
  { name: '200 with an array', behaviour: json(200, []), code: 'BILLING_UNAVAILABLE', calls: 1 },
  { name: '200 with null', behaviour: json(200, null), code: 'BILLING_UNAVAILABLE', calls: 1 },
  {
    name: '200 with another object',
    behaviour: json(200, { customer: { id: 'juniper-bakery' } }),
    code: 'BILLING_UNAVAILABLE',
    calls: 1,
  },
  {
    name: '204 with nothing',
    behaviour: (response) => response.writeHead(204).end(),
    code: 'BILLING_UNAVAILABLE',
    calls: 1,
  },
  {
    name: "another customer's session",
    behaviour: json(200, { portal_session: aSession({ customer_id: 'harbor-cycles' }) }),
    code: 'BILLING_UNAVAILABLE',
    calls: 1,
  },
  ...[
    { token: '' },
    { token: undefined },
    { access_url: 'javascript:alert(1)' },
    { access_url: 'not a URL' },
    { status: 'fine' },
    { created_at: 'yesterday' },
    { id: '../customers/juniper-bakery' },
  ].map((fields): Fault => ({
    name: `a session with ${JSON.stringify(fields)}`,
    behaviour: json(200, { portal_session: aSession(fields) }),
    code: 'BILLING_UNAVAILABLE',
    calls: 1,
  })),
];

describe('upstream faults', () => {
  let upstream: Upstream;
  let limits: Limits;
  let gateway: ManagedGateway;

  beforeEach(async () => {
    upstream = await startUpstream();
    limits = limitsOf();
    gateway = gatewayTo(upstream.url, limits.upstream);
  });

  afterEach(async () => {
    await gateway.close();
    await limits.close();
    await upstream.close();
  });

  const create = (to = gateway) =>
    to.createPortalSession({ customerId: 'juniper-bakery' }, aRequest());
  const failureOfFault = async ({ behaviour, timeoutMs = 5000 }: Fault) => {
    upstream.otherwise = behaviour;
    const faultyGateway = gatewayTo(upstream.url, limits.upstream, { timeoutMs });
    const failure = await failureOf(create(faultyGateway));
    await faultyGateway.close();
    return failure;
  };

  for (const fault of FAULTS) {
    it(`answers ${fault.code} to ${fault.name}`, async () => {
      const failure = await failureOfFault(fault);
      expect(failure.code).toBe(fault.code);
      expect(failure.retryAfter).toBe(fault.retryAfter);
      expect(failure.argument).toBe(fault.argument);
      expect(upstream.requests.length).toBe(fault.calls);
      // The error contains no message of Chargebee and no secret.
      const text = `${failure.message} ${String(failure.cause)}`;
      expect(text).not.toMatch(/Secret text|token-of|test_upstream_key|harbor-cycles|127\.0\.0\.1/);
    });
  }

  for (const [name, behaviour] of [
    ['a call without a response', noResponse],
    ['a call with an endless response', endlessBody],
  ] as const) {
    it(`aborts ${name} at the timeout, and retries`, async () => {
      upstream.next = [behaviour];
      const quickGateway = gatewayTo(upstream.url, limits.upstream, { timeoutMs: 1_000 });
      const { session } = await create(quickGateway);
      expect(session.id).toBe('portal_1');
      expect(upstream.requests.length).toBe(2);
      await quickGateway.close();
    });
  }

  it('answers BILLING_UNAVAILABLE when the connection is refused', async () => {
    const closed = await startUpstream();
    await closed.close();
    const gatewayToClosed = gatewayTo(closed.url, limits.upstream);
    const failure = await failureOf(create(gatewayToClosed));
    expect(failure.code).toBe('BILLING_UNAVAILABLE');
    await gatewayToClosed.close();
  });

  it('answers SESSION_NOT_FOUND for a session that Chargebee does not know', async () => {
    upstream.otherwise = chargebeeError(404, 'resource_not_found');
    for (const call of [
      gateway.retrievePortalSession('portal_9', aRequest()),
      gateway.logoutPortalSession({ id: 'portal_9', customerId: 'juniper-bakery' }, aRequest()),
    ]) {
      expect((await failureOf(call)).code).toBe('SESSION_NOT_FOUND');
    }
  });

  for (const id of [
    '../customers/juniper-bakery',
    '..',
    'a/b',
    '',
    '%2e%2e',
    'a?b=c',
    'x'.repeat(71),
  ]) {
    it(`makes no call for a session id that is another path: ${JSON.stringify(id).slice(0, 40)}`, async () => {
      for (const call of [
        gateway.retrievePortalSession(id, aRequest()),
        gateway.logoutPortalSession({ id, customerId: 'juniper-bakery' }, aRequest()),
        gateway.retrieveHostedPage({ id, customerId: 'juniper-bakery' }, aRequest()),
      ]) {
        expect((await failureOf(call)).code).toBe('SESSION_NOT_FOUND');
      }
      expect(upstream.requests).toEqual([]);
    });
  }

  it('rejects another session than the requested one', async () => {
    upstream.otherwise = json(200, { portal_session: aSession({ id: 'portal_2' }) });
    const failure = await failureOf(gateway.retrievePortalSession('portal_1', aRequest()));
    expect(failure.code).toBe('BILLING_UNAVAILABLE');
  });

  for (const [name, answered] of [
    ['another session', { id: 'portal_2' }],
    ["another customer's session", { customer_id: 'harbor-cycles' }],
  ] as const) {
    it(`rejects ${name} in the response to a logout`, async () => {
      upstream.otherwise = json(200, {
        portal_session: aSession({ status: 'logged_out', ...answered }),
      });
      const failure = await failureOf(
        gateway.logoutPortalSession({ id: 'portal_1', customerId: 'juniper-bakery' }, aRequest()),
      );
      expect(failure.code).toBe('BILLING_UNAVAILABLE');
    });
  }

  for (const [name, answered] of [
    ['another page than the one asked for', { id: 'hosted_2' }],
    ["a page of another customer's", { content: { customer: { id: 'harbor-cycles' } } }],
  ] as const) {
    it(`rejects ${name}`, async () => {
      upstream.otherwise = json(200, { hosted_page: aPage(answered) });
      const page = { id: 'hosted_1', customerId: 'juniper-bakery' };
      const failure = await failureOf(gateway.retrieveHostedPage(page, aRequest()));
      expect(failure.code).toBe('BILLING_UNAVAILABLE');
    });
  }

  for (const [name, page] of [
    ['of another type', aPage({ type: 'checkout_new' })],
    ["of another customer's", aPage({ content: { customer: { id: 'harbor-cycles' } } })],
    ['with no URL', aPage({ url: undefined })],
    ['with an id that is another path', aPage({ id: '../customers/juniper-bakery' })],
  ] as const) {
    it(`rejects a hosted page ${name}`, async () => {
      upstream.otherwise = json(200, { hosted_page: page });
      const failure = await failureOf(
        gateway.createManagePaymentSourcesPage({ customerId: 'juniper-bakery' }, aRequest()),
      );
      expect(failure.code).toBe('BILLING_UNAVAILABLE');
    });
  }

  for (const [name, behaviour] of [
    ['a 429', html(429, { 'retry-after': '30' })],
    ['a 429 whose body is truncated', withStatus(429, truncatedBody, { 'retry-after': '30' })],
    ['a 429 of three megabytes', withStatus(429, megabytes(3), { 'retry-after': '30' })],
  ] as const) {
    it(`pauses after ${name} for the time in Retry-After, and makes no call meanwhile`, async () => {
      upstream.next = [behaviour];
      await failureOf(create());
      const failure = await failureOf(create());
      expect(failure.code).toBe('RATE_LIMITED');
      expect(failure.retryAfter).toBe(30);
      expect(upstream.requests.length).toBe(1);
      expect((await limits.status()).remaining).toBe(0);
    });
  }

  for (const code of ['lock_timeout', 'third_party_api_request_limit_exceeded']) {
    for (const headers of [{}, { 'retry-after': '30' }] as Record<string, string>[]) {
      it(`does not pause the site for ${code} ${JSON.stringify(headers)}`, async () => {
        upstream.next = [chargebeeError(429, code, { headers })];
        await failureOf(create());
        await expectAsync(create()).toBeResolved();
      });
    }
  }

  it('answers SESSION_NOT_FOUND for a session whose state no longer allows it', async () => {
    upstream.otherwise = chargebeeError(409, 'invalid_state_for_request');
    const logout = gateway.logoutPortalSession(
      { id: 'portal_1', customerId: 'juniper-bakery' },
      aRequest(),
    );
    expect((await failureOf(logout)).code).toBe('SESSION_NOT_FOUND');
  });

  for (const [name, behaviour] of [
    ['nonsense', json(200, { portal_session: aSession({ status: 'fine' }) })],
    ["another customer's session", json(200, { portal_session: aSession({ customer_id: 'x' }) })],
    ['internal_error', chargebeeError(500, 'internal_error')],
    ['operation_not_allowed', chargebeeError(400, 'operation_not_allowed')],
  ] as const) {
    it(`serves all other customers while one gets only ${name}`, async () => {
      upstream.otherwise = (response, request) =>
        (request.form.get('customer[id]') === 'harbor-cycles' ? behaviour : succeed)(
          response,
          request,
        );
      const gatewayWithBreaker = gatewayTo(upstream.url, limits.upstream, {
        breaker: { failures: 2, halfOpenAfterMs: 600_000 },
      });
      for (let call = 0; call < 3; call += 1) {
        await failureOf(
          gatewayWithBreaker.createPortalSession({ customerId: 'harbor-cycles' }, aRequest()),
        );
      }
      expect(gatewayWithBreaker.breakerState).toBe('closed');
      await expectAsync(create(gatewayWithBreaker)).toBeResolved();
      await gatewayWithBreaker.close();
    });
  }
});
