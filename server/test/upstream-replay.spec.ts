import type { ManagedGateway } from '../src/gateway/index.js';
import { stillUnopened } from '../src/idempotency/index.js';
import type { Limits } from '../src/limits/index.js';
import { aRequest, failureOf, gatewayTo, limitsOf } from './support/gateway.js';
import {
  aSession,
  chargebeeError,
  html,
  json,
  startUpstream,
  type Upstream,
} from './support/upstream.js';

describe('a session that Chargebee replays', () => {
  let upstream: Upstream;
  let limits: Limits;
  let gateway: ManagedGateway;
  /** The session as it is now; the replay shows it as it was. */
  let now: Record<string, unknown>;

  beforeEach(async () => {
    upstream = await startUpstream();
    limits = limitsOf();
    gateway = gatewayTo(upstream.url, limits.upstream);
    now = aSession();
    upstream.otherwise = (response, { method }) =>
      method === 'GET'
        ? json(200, { portal_session: now })(response)
        : json(
            200,
            { portal_session: aSession() },
            { 'chargebee-idempotency-replayed': 'true' },
          )(response);
  });

  afterEach(async () => {
    await gateway.close();
    await limits.close();
    await upstream.close();
  });

  async function replay() {
    const { session, replayed } = await gateway.createPortalSession(
      { customerId: 'juniper-bakery', idempotencyKey: 'scoped-key' },
      aRequest(),
    );
    expect(replayed).toBeTrue();
    return stillUnopened(session, gateway, aRequest());
  }

  it('is given while nobody has opened it', async () => {
    expect((await replay()).token).toBe('token-of-portal_1');
    expect(upstream.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  for (const status of ['logged_in', 'logged_out', 'activated']) {
    it(`is refused when it is ${status}`, async () => {
      now = aSession({ status });
      const failure = await failureOf(replay());
      expect(failure.code).toBe('BAD_USER_INPUT');
      expect(failure.argument).toBe('input.idempotencyKey');
    });
  }

  it('is refused when it has expired', async () => {
    now = aSession({ expires_at: Math.floor(Date.now() / 1000) - 1 });
    expect((await failureOf(replay())).argument).toBe('input.idempotencyKey');
  });

  it("is refused when it is another customer's now", async () => {
    now = aSession({ customer_id: 'harbor-cycles' });
    expect((await failureOf(replay())).argument).toBe('input.idempotencyKey');
  });

  it('is refused when Chargebee knows it no more', async () => {
    upstream.next = [upstream.otherwise, chargebeeError(404, 'resource_not_found')];
    expect((await failureOf(replay())).argument).toBe('input.idempotencyKey');
  });

  it('is not given while its state cannot be learned', async () => {
    upstream.next = [upstream.otherwise, html(503), html(503), html(503)];
    expect((await failureOf(replay())).code).toBe('BILLING_UNAVAILABLE');
  });
});
