import type { BreakerState } from '../src/gateway/breaker.js';
import type { ManagedGateway } from '../src/gateway/gateway.js';
import type { Limits } from '../src/limits/index.js';
import { aRequest, failureOf, gatewayTo, limitsOf, requestSignal } from './support/gateway.js';
import { OtherThread } from './support/other-thread.js';
import {
  chargebeeError,
  truncatedBody,
  html,
  reset,
  noResponse,
  startUpstream,
  succeed,
  type Upstream,
} from './support/upstream.js';

describe('upstream resilience', () => {
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

  const create = (to = gateway, request = aRequest(), idempotencyKey?: string) =>
    to.createPortalSession({ customerId: 'juniper-bakery', idempotencyKey }, request);
  const keys = () =>
    upstream.requests.map(({ headers }) => headers['chargebee-idempotency-key'] as string);

  it('retries every kind of failure with the same idempotency key', async () => {
    upstream.next = [reset, truncatedBody];
    await create();
    expect(upstream.requests.length).toBe(3);
    expect(new Set(keys()).size).toBe(1);
    expect(keys()[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes an answer that has arrived while this process was blocked for longer than the timeout', async () => {
    const chargebee = await OtherThread.start();
    const other = gatewayTo(chargebee.url, limits.upstream, { timeoutMs: 300 });
    const outcomes: string[] = [];
    const request = aRequest({ onAttempt: ({ outcome }) => outcomes.push(outcome) });
    const session = other.createPortalSession({ customerId: 'acme' }, request);
    await chargebee.blockFor(800);
    await session;
    expect(outcomes).toEqual(['ok']);
    await other.close();
    await chargebee.stop();
  });

  it('waits for an answer until the timeout, whenever undici’s own timers tick', async () => {
    const chargebee = await OtherThread.start({ answerAfterMs: 600 });
    const other = gatewayTo(chargebee.url, limits.upstream, { timeoutMs: 950 });
    const outcomes: string[] = [];
    const onAttempt = ({ outcome }: { outcome: string }) => outcomes.push(outcome);
    const sessions = Array.from({ length: 7 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, 80 * index));
      return other.createPortalSession({ customerId: 'acme' }, aRequest({ onAttempt }));
    });
    await Promise.all(sessions);
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    await other.close();
    await chargebee.stop();
  });

  it('uses another key for each request', async () => {
    await create();
    await create();
    expect(new Set(keys()).size).toBe(2);
  });

  it("uses the caller's key for all attempts", async () => {
    upstream.next = [html(500), html(502)];
    await create(gateway, aRequest(), 'scoped-key');
    expect(keys()).toEqual(['scoped-key', 'scoped-key', 'scoped-key']);
  });

  it('uses one key for all attempts of a logout, too', async () => {
    upstream.next = [html(500)];
    await gateway.logoutPortalSession({ id: 'portal_1', customerId: 'juniper-bakery' }, aRequest());
    expect(upstream.requests.length).toBe(2);
    expect(new Set(keys()).size).toBe(1);
  });

  it("reports a replay of the caller's key, but not of its own key", async () => {
    const replayed = (
      response: Parameters<typeof succeed>[0],
      request: Parameters<typeof succeed>[1],
    ) => {
      response.setHeader('chargebee-idempotency-replayed', 'true');
      succeed(response, request);
    };
    upstream.otherwise = replayed;
    expect((await create(gateway, aRequest(), 'scoped-key')).replayed).toBeTrue();
    expect((await create()).replayed).toBeFalse();
  });

  for (const [status, code, param] of [
    [400, 'invalid_request', undefined],
    [400, 'duplicate_entry', undefined],
    [422, 'unable_to_process_request', 'chargebee-idempotency-key'],
  ] as const) {
    it(`treats ${status} ${code} as a key used for another request, if the caller sent one`, async () => {
      upstream.otherwise = chargebeeError(status, code, param ? { param } : {});
      const failure = await failureOf(create(gateway, aRequest(), 'scoped-key'));
      expect(failure.code).toBe('BAD_USER_INPUT');
      expect(failure.argument).toBe('input.idempotencyKey');
    });
  }

  it('counts every attempt against the quota', async () => {
    upstream.next = [reset, html(503)];
    await create();
    expect((await limits.status()).remaining).toBe(1000 - 3);
  });

  it('answers RATE_LIMITED when the quota has no call left for another attempt', async () => {
    const small = limitsOf({ requestsPerMinute: 2 });
    const to = gatewayTo(upstream.url, small.upstream);
    upstream.otherwise = reset;
    const failure = await failureOf(create(to));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(upstream.requests.length).toBe(2);
    await to.close();
    await small.close();
  });

  it('rejects at the deadline when Chargebee does not respond', async () => {
    upstream.otherwise = noResponse;
    const deadline = performance.now() + 300;
    const failure = await failureOf(create(gateway, aRequest({ deadline })));
    expect(failure.code).toBe('BILLING_UNAVAILABLE');
    expect(performance.now()).toBeGreaterThanOrEqual(deadline - 5);
    expect(upstream.requests.length).toBe(1);
  });

  it('rejects at the deadline while it waits for a connection', async () => {
    const narrow = gatewayTo(upstream.url, limits.upstream, { maxSockets: 1 });
    let answer: () => void = () => undefined;
    upstream.next = [(response, request) => (answer = () => succeed(response, request))];
    const first = create(narrow);
    await upstream.arrived(1);
    expect((await failureOf(create(narrow, aRequest({ deadlineInMs: 50 })))).code).toBe(
      'BILLING_UNAVAILABLE',
    );
    answer();
    await first;
    await create(narrow);
    expect(upstream.requests.length).toBe(2);
    await narrow.close();
  });

  it('does not retry when there is no time left', async () => {
    upstream.otherwise = html(503);
    await failureOf(create(gateway, aRequest({ deadlineInMs: 700 })));
    expect(upstream.requests.length).toBe(1);
  });

  it('does not start a call after the deadline', async () => {
    const failure = await failureOf(create(gateway, aRequest({ deadlineInMs: -1 })));
    expect(failure.code).toBe('BILLING_UNAVAILABLE');
    expect(upstream.requests).toEqual([]);
  });

  describe('circuit breaker', () => {
    let changes: BreakerState[];
    let guarded: ManagedGateway;
    let changed: () => void;

    beforeEach(() => {
      changes = [];
      changed = () => undefined;
      guarded = gatewayTo(upstream.url, limits.upstream, {
        breaker: { failures: 3, halfOpenAfterMs: 50 },
        onBreakerChange: (state) => {
          changes.push(state);
          changed();
        },
      });
    });

    afterEach(() => guarded.close());

    /** Repeats a request, which an open breaker rejects, until the upstream has received this many calls. */
    const createUntilReceived = async (count: number) => {
      while (upstream.requests.length < count) {
        await create(guarded).catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };

    it('opens after consecutive failures, and rejects at once while open', async () => {
      const breakerGateway = gatewayTo(upstream.url, limits.upstream, {
        breaker: { failures: 3, halfOpenAfterMs: 600_000 },
      });
      upstream.otherwise = html(503);
      expect(breakerGateway.breakerState).toBe('closed');
      await failureOf(create(breakerGateway));
      expect(breakerGateway.breakerState).toBe('open');
      const failure = await failureOf(create(breakerGateway));
      expect(failure.code).toBe('BILLING_UNAVAILABLE');
      expect(upstream.requests.length).toBe(3);
      expect((await limits.status()).remaining).toBe(1000 - 3);
      await breakerGateway.close();
    });

    it('closes when Chargebee answers again', async () => {
      upstream.otherwise = html(503);
      await failureOf(create(guarded));
      upstream.otherwise = succeed;
      await createUntilReceived(4);
      expect(guarded.breakerState).toBe('closed');
      expect(changes).toEqual(['open', 'half_open', 'closed']);
    });

    it('stays open while Chargebee keeps failing', async () => {
      upstream.otherwise = html(503);
      await failureOf(create(guarded));
      await createUntilReceived(4);
      expect(changes.slice(0, 3)).toEqual(['open', 'half_open', 'open']);
    });

    it('lets one trial call through, and rejects the others at once', async () => {
      upstream.otherwise = html(503);
      await failureOf(create(guarded));
      let answer: () => void = () => undefined;
      upstream.otherwise = (response, request) => (answer = () => succeed(response, request));
      const halfOpen = new Promise<void>((resolve) => (changed = resolve));
      const trial = createUntilReceived(4);
      await halfOpen;
      expect((await failureOf(create(guarded))).code).toBe('BILLING_UNAVAILABLE');
      await upstream.arrived(4);
      answer();
      await trial;
      expect(upstream.requests.length).toBe(4);
      expect(guarded.breakerState).toBe('closed');
    });

    it('is not opened by 4xx responses, which reset the count of failures', async () => {
      const answers = [
        chargebeeError(404, 'resource_not_found'),
        chargebeeError(401, 'x'),
        succeed,
      ];
      for (const behaviour of answers) {
        upstream.next = [html(503), html(503), behaviour];
        await create(guarded).catch(() => undefined);
      }
      expect(guarded.breakerState).toBe('closed');
      expect(changes).toEqual([]);
    });

    it('is opened by malformed responses', async () => {
      upstream.otherwise = html(200);
      for (let call = 0; call < 3; call += 1) {
        await failureOf(create(guarded));
      }
      expect(guarded.breakerState).toBe('open');
    });

    it('does not count calls of callers who disconnect', async () => {
      upstream.otherwise = noResponse;
      for (let call = 1; call <= 4; call += 1) {
        const caller = requestSignal();
        const disconnected = create(guarded, aRequest({ signal: caller }));
        await upstream.arrived(call);
        caller.abort('caller_gone');
        await failureOf(disconnected);
      }
      expect(guarded.breakerState).toBe('closed');
    });

    it('counts calls that are aborted at the deadline, also when its timer runs early', async () => {
      upstream.otherwise = noResponse;
      const outcomes: string[] = [];
      const onAttempt = ({ outcome }: { outcome: string }) => outcomes.push(outcome);
      for (let call = 1; call <= 3; call += 1) {
        const signal = requestSignal();
        const failed = failureOf(create(guarded, aRequest({ signal, onAttempt })));
        await upstream.arrived(call);
        signal.abort('deadline');
        await failed;
      }
      expect(outcomes).toEqual(['timeout', 'timeout', 'timeout']);
      expect(guarded.breakerState).toBe('open');
    });

    it('does not count timeouts of calls that began shortly before the deadline', async () => {
      upstream.otherwise = noResponse;
      for (let call = 0; call < 4; call += 1) {
        await failureOf(create(guarded, aRequest({ deadlineInMs: 50 })));
      }
      expect(guarded.breakerState).toBe('closed');
    });
  });
});
