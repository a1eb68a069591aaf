import type { ManagedGateway } from '../../src/gateway/gateway.js';
import { PortalError } from '../../src/errors.js';
import { createLimits, type Limits } from '../../src/limits/index.js';
import {
  aRequest,
  failureOf,
  gatewayTo,
  recordingLogger,
  limitsOf,
  requestSignal,
} from '../support/gateway.js';
import {
  noResponse,
  startUpstream,
  succeed,
  type Behaviour,
  type Upstream,
} from '../support/upstream.js';

describe('quota of one instance', () => {
  let upstream: Upstream;
  const open: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    upstream = await startUpstream();
  });

  afterEach(async () => {
    for (const opened of open.splice(0)) {
      await opened.close();
    }
    await upstream.close();
  });

  function start(options: Parameters<typeof limitsOf>[0]): {
    limits: Limits;
    gateway: ManagedGateway;
  } {
    const limits = limitsOf(options);
    const gateway = gatewayTo(upstream.url, limits.upstream);
    open.push(gateway, limits);
    return { limits, gateway };
  }
  const create = (gateway: ManagedGateway, request = aRequest()) =>
    gateway.createPortalSession({ customerId: 'juniper-bakery' }, request);

  it('is not exceeded by a burst of ten times the share, and refused callers get Retry-After', async () => {
    const { gateway, limits } = start({ requestsPerMinute: 30, maxConcurrency: 8 });
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, () => create(gateway)));
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(upstream.requests.length).toBe(30);
    expect(upstream.maxConcurrent).toBeLessThanOrEqual(8);
    expect(refused.length).toBe(270);
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(PortalError);
      expect((reason as PortalError).code).toBe('RATE_LIMITED');
      expect((reason as PortalError).retryAfter).toBeGreaterThan(0);
      expect((reason as PortalError).retryAfter).toBeLessThanOrEqual(61);
    }
    expect(await limits.status()).toEqual({
      redis: 'off',
      requestsPerMinute: 30,
      remaining: 0,
      inFlight: 0,
      waiting: 0,
      pausedSeconds: 0,
    });
  });

  it('is divided by INSTANCES without Redis', async () => {
    const { gateway, limits } = start({
      requestsPerMinute: 30,
      instances: 3,
      userRequestsPerMinute: 6,
    });
    await Promise.allSettled(Array.from({ length: 60 }, () => create(gateway)));
    expect(upstream.requests.length).toBe(10);
    await limits.user.take('juniper');
    await limits.user.take('juniper');
    expect((await failureOf(limits.user.take('juniper'))).code).toBe('RATE_LIMITED');
  });

  it('is halved in the first minute of a process, since a replaced process may have used it', async () => {
    let now = 0;
    const limits = createLimits({
      site: 'acme-test',
      requestsPerMinute: 30,
      maxConcurrency: 40,
      userRequestsPerMinute: 20,
      timeoutMs: 5000,
      logger: recordingLogger(),
      clock: () => now,
    });
    const gateway = gatewayTo(upstream.url, limits.upstream);
    open.push(gateway, limits);
    const burst = () => Promise.allSettled(Array.from({ length: 60 }, () => create(gateway)));
    await burst();
    expect(upstream.requests.length).toBe(15);
    const failure = await failureOf(create(gateway));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBe(60);
    now = 70_000;
    await burst();
    expect(upstream.requests.length).toBe(15 + 30);
  });

  it('counts every kind of call', async () => {
    const { gateway } = start({ requestsPerMinute: 5 });
    await create(gateway);
    await gateway.retrievePortalSession('portal_1', aRequest());
    await gateway.logoutPortalSession({ id: 'portal_1', customerId: 'juniper-bakery' }, aRequest());
    await gateway.createManagePaymentSourcesPage({ customerId: 'juniper-bakery' }, aRequest());
    await gateway.retrieveHostedPage({ id: 'hosted_1', customerId: 'juniper-bakery' }, aRequest());
    expect((await failureOf(create(gateway))).code).toBe('RATE_LIMITED');
    expect(upstream.requests.length).toBe(5);
  });

  it('allows a call again after Retry-After', async () => {
    const { gateway } = start({ requestsPerMinute: 2, windowMs: 1000 });
    await create(gateway);
    await create(gateway);
    const { retryAfter } = await failureOf(create(gateway));
    expect(retryAfter).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, Number(retryAfter) * 1000));
    await expectAsync(create(gateway)).toBeResolved();
  });

  describe('concurrency slots', () => {
    /** Delays every answer until it is released. */
    function held(): { behaviour: Behaviour; letGo: (count?: number) => void } {
      const answers: (() => void)[] = [];
      return {
        behaviour: (response, request) => answers.push(() => succeed(response, request)),
        letGo: (count = answers.length) => answers.splice(0, count).forEach((answer) => answer()),
      };
    }

    it('are assigned first come, first served', async () => {
      const { gateway, limits } = start({ maxConcurrency: 2 });
      const { behaviour, letGo } = held();
      upstream.otherwise = behaviour;
      const order: number[] = [];
      const calls = [0, 1, 2, 3].map((index) =>
        gateway
          .createPortalSession({ customerId: `customer-${index}` }, aRequest())
          .then(() => order.push(index)),
      );
      await upstream.arrived(2);
      expect(await limits.status()).toEqual(jasmine.objectContaining({ inFlight: 2, waiting: 2 }));
      letGo(1);
      await upstream.arrived(3);
      letGo(1);
      await upstream.arrived(4);
      letGo();
      await Promise.all(calls);
      expect(upstream.maxConcurrent).toBe(2);
      expect(upstream.requests.map(({ form }) => form.get('customer[id]'))).toEqual([
        'customer-0',
        'customer-1',
        'customer-2',
        'customer-3',
      ]);
    });

    it('are not waited for beyond the deadline', async () => {
      const { gateway, limits } = start({ maxConcurrency: 1 });
      upstream.otherwise = noResponse;
      const caller = requestSignal();
      const first = failureOf(create(gateway, aRequest({ signal: caller })));
      await upstream.arrived(1);
      expect((await failureOf(create(gateway, aRequest({ deadlineInMs: 50 })))).code).toBe(
        'BILLING_UNAVAILABLE',
      );
      expect((await limits.status()).waiting).toBe(0);
      expect(upstream.requests.length).toBe(1);
      caller.abort('caller_gone');
      await first;
    });

    it('are not waited for after the caller disconnects', async () => {
      const { gateway, limits } = start({ maxConcurrency: 1 });
      const { behaviour, letGo } = held();
      upstream.otherwise = behaviour;
      const first = create(gateway);
      await upstream.arrived(1);
      const caller = requestSignal();
      const second = failureOf(create(gateway, aRequest({ signal: caller })));
      const third = create(gateway);
      caller.abort('caller_gone');
      await second;
      letGo();
      await upstream.arrived(2);
      letGo();
      await Promise.all([first, third]);
      expect((await limits.status()).remaining).toBe(1000 - 2);
    });

    it('are not waited for when the waiting requests will use up the minute', async () => {
      const { gateway } = start({ requestsPerMinute: 3, maxConcurrency: 1 });
      const { behaviour, letGo } = held();
      upstream.otherwise = behaviour;
      const calls = [create(gateway), create(gateway), create(gateway)];
      await upstream.arrived(1);
      const failure = await failureOf(create(gateway));
      expect(failure.code).toBe('RATE_LIMITED');
      for (const count of [1, 2, 3]) {
        await upstream.arrived(count);
        letGo();
      }
      await expectAsync(Promise.all(calls)).toBeResolved();
    });

    it('are no longer waited for when Chargebee requests a pause', async () => {
      const { gateway } = start({ maxConcurrency: 1 });
      upstream.next = [
        (response) => {
          void waiting.then(() => response.writeHead(429, { 'retry-after': '9' }).end());
        },
      ];
      let begin: () => void = () => undefined;
      const waiting = new Promise<void>((resolve) => (begin = resolve));
      const first = failureOf(create(gateway));
      await upstream.arrived(1);
      const second = failureOf(create(gateway));
      begin();
      expect((await first).retryAfter).toBe(9);
      expect((await second).code).toBe('RATE_LIMITED');
      expect((await second).retryAfter).toBe(9);
      expect(upstream.requests.length).toBe(1);
    });
  });
});

describe('limit of one user', () => {
  it('refuses only the user who sends too many requests', async () => {
    const limits = limitsOf({ userRequestsPerMinute: 3 });
    for (let request = 0; request < 3; request += 1) {
      await limits.user.take('juniper');
    }
    const failure = await failureOf(limits.user.take('juniper'));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBe(60);
    await expectAsync(limits.user.take('harbor')).toBeResolved();
  });

  it('does not count what it refuses', async () => {
    const limits = limitsOf({ userRequestsPerMinute: 2, windowMs: 200 });
    const accepted: number[] = [];
    while (accepted.length < 6) {
      await limits.user.take('juniper').then(
        () => accepted.push(performance.now()),
        () => new Promise((resolve) => setImmediate(resolve)),
      );
    }
    expect(accepted[5]! - accepted[0]!).toBeGreaterThanOrEqual(400 - 1);
  });

  it('keeps a limited number of users, and drops the least recent one first', async () => {
    const limits = limitsOf({ userRequestsPerMinute: 1 });
    await limits.user.take('first');
    for (let user = 0; user < 20_000; user += 1) {
      await limits.user.take(`user-${user}`);
    }
    await expectAsync(limits.user.take('first')).toBeResolved();
    expect((await failureOf(limits.user.take('user-19999'))).code).toBe('RATE_LIMITED');
  });
});
