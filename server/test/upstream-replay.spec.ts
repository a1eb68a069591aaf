import type { ManagedGateway } from '../src/gateway/gateway.js';
import { refreshReplayedSession, refreshReplayedPage } from '../src/idempotency/index.js';
import type { Limits } from '../src/limits/index.js';
import { aRequest, failureOf, gatewayTo, limitsOf } from './support/gateway.js';
import {
  aPage,
  aSession,
  chargebeeError,
  html,
  json,
  startUpstream,
  type Upstream,
} from './support/upstream.js';

describe('a replay by Chargebee', () => {
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

  /** Replays the first response, and answers retrievals with the current state. */
  function answerWith(replayed: object, current: () => object): void {
    upstream.otherwise = (response, { method }) =>
      method === 'GET'
        ? json(200, current())(response)
        : json(200, replayed, { 'chargebee-idempotency-replayed': 'true' })(response);
  }

  const expectRefusal = async (replay: Promise<unknown>) => {
    const failure = await failureOf(replay);
    expect(failure.code).toBe('BAD_USER_INPUT');
    expect(failure.argument).toBe('input.idempotencyKey');
  };

  describe('a session', () => {
    /** The current session; the replay contains the original one. */
    let current: Record<string, unknown>;

    beforeEach(() => {
      current = aSession();
      answerWith({ portal_session: aSession() }, () => ({ portal_session: current }));
    });

    async function replay() {
      const { session, replayed } = await gateway.createPortalSession(
        { customerId: 'juniper-bakery', idempotencyKey: 'scoped-key' },
        aRequest(),
      );
      expect(replayed).toBeTrue();
      return refreshReplayedSession(session, gateway, aRequest());
    }

    it('is returned while nobody has opened it', async () => {
      expect((await replay()).token).toBe('token-of-portal_1');
      expect(upstream.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    });

    for (const status of ['logged_in', 'logged_out', 'activated']) {
      it(`is refused when it is ${status}`, async () => {
        current = aSession({ status });
        await expectRefusal(replay());
      });
    }

    it('is refused when it has expired', async () => {
      current = aSession({ expires_at: Math.floor(Date.now() / 1000) - 1 });
      await expectRefusal(replay());
    });

    it('is refused when it now belongs to another customer', async () => {
      current = aSession({ customer_id: 'harbor-cycles' });
      await expectRefusal(replay());
    });

    it('is refused when it no longer exists at Chargebee', async () => {
      upstream.next = [upstream.otherwise, chargebeeError(404, 'resource_not_found')];
      await expectRefusal(replay());
    });

    it('is not returned while its state is unknown', async () => {
      upstream.next = [upstream.otherwise, html(503), html(503), html(503)];
      expect((await failureOf(replay())).code).toBe('BILLING_UNAVAILABLE');
    });
  });

  describe('a hosted page', () => {
    /** The current page; the replay contains the original one. */
    let current: Record<string, unknown>;

    beforeEach(() => {
      current = aPage();
      answerWith({ hosted_page: aPage() }, () => ({ hosted_page: current }));
    });

    async function replay() {
      const customerId = 'juniper-bakery';
      const { page, replayed } = await gateway.createManagePaymentSourcesPage(
        { customerId, idempotencyKey: 'scoped-key' },
        aRequest(),
      );
      expect(replayed).toBeTrue();
      return refreshReplayedPage(page, customerId, gateway, aRequest());
    }

    for (const state of ['created', 'requested']) {
      it(`is returned in its current state while it is ${state}`, async () => {
        current = aPage({ state });
        expect((await replay()).state).toBe(state);
        expect(upstream.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
      });
    }

    for (const state of ['succeeded', 'cancelled', 'acknowledged', 'a_new_state']) {
      it(`is refused when it is ${state}`, async () => {
        current = aPage({ state });
        await expectRefusal(replay());
      });
    }

    it('is refused when it has expired', async () => {
      current = aPage({ expires_at: Math.floor(Date.now() / 1000) - 1 });
      await expectRefusal(replay());
    });

    it('is refused when it no longer exists at Chargebee', async () => {
      upstream.next = [upstream.otherwise, chargebeeError(404, 'resource_not_found')];
      await expectRefusal(replay());
    });

    it('is not returned while its state is unknown', async () => {
      upstream.next = [upstream.otherwise, html(503), html(503), html(503)];
      expect((await failureOf(replay())).code).toBe('BILLING_UNAVAILABLE');
    });
  });
});
