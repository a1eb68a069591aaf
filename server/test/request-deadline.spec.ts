import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from './support/eventually.js';
import { IdentityProvider } from './support/identity-provider.js';
import { OtherThread } from './support/other-thread.js';
import { CREATE, Portal, VIEWER } from './support/portal.js';

describe('the deadline of a request', () => {
  /** Waits for the key set, so that requests do not use up their short deadline for it. */
  const untilReady = ({ url }: Portal) => eventually(async () => (await fetch(`${url}/readyz`)).ok);

  it('bounds functions of the host app', async () => {
    const portal = await Portal.start(
      { REQUEST_DEADLINE_MS: '1000', CHARGEBEE_TIMEOUT_MS: '1000' },
      { resolveCustomerIds: () => new Promise<never>(() => undefined) },
    );
    await untilReady(portal);
    const viewer = await portal.graphql(VIEWER);
    expect(viewer.errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    const created = await portal.graphql(CREATE);
    expect(created.errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    expect(portal.audit.map(({ outcome }) => outcome)).toEqual(['BILLING_UNAVAILABLE']);
    await portal.stop();
  });

  it('does not cut off a call that was answered while this process was blocked', async () => {
    const chargebee = await OtherThread.start();
    const portal = await Portal.start({
      CHARGEBEE_BASE_URL: chargebee.url,
      REQUEST_DEADLINE_MS: '400',
      CHARGEBEE_TIMEOUT_MS: '400',
    });
    await untilReady(portal);
    const answer = portal.post('/portal-session');
    await chargebee.blockFor(900);
    expect((await answer).status).toBe(200);
    await portal.stop();
    await chargebee.stop();
  });

  it('counts calls that it cuts off as timeouts of Chargebee, not as aborted by the caller', async () => {
    const portal = await Portal.start({
      REQUEST_DEADLINE_MS: '400',
      CHARGEBEE_TIMEOUT_MS: '400',
      USER_REQUESTS_PER_MINUTE: '100',
    });
    await untilReady(portal);
    portal.chargebee.intercept = () => true;
    const token = await portal.idp.token();
    const requests = Array.from({ length: 20 }, () =>
      portal.post('/portal-session', undefined, { token }),
    );
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([503]));
    const metrics = await (await fetch(portal.metricsUrl)).text();
    expect(metrics).toContain('outcome="timeout"');
    expect(metrics).not.toContain('outcome="aborted"');
    await portal.stop();
  });

  it('bounds authentication and the look-up of customers together', async () => {
    const portal = await Portal.start(
      { REQUEST_DEADLINE_MS: '2000', CHARGEBEE_TIMEOUT_MS: '1000' },
      {
        authenticate: async () => {
          await new Promise((resolve) => setTimeout(resolve, 1900));
          return { id: 'user-1' };
        },
        resolveCustomerIds: () => new Promise<never>(() => undefined),
      },
    );
    const startedAt = performance.now();
    const { errors } = await portal.graphql(VIEWER);
    // With separate deadlines, it would take 3.9 seconds.
    expect(performance.now() - startedAt).toBeLessThan(3700);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    await portal.stop();
  });

  it('bounds the wait for an identity provider that does not respond', async () => {
    const idp = await IdentityProvider.start();
    idp.intercept = () => undefined;
    const portal = await Portal.start({
      ...idp.env,
      REQUEST_DEADLINE_MS: '200',
      CHARGEBEE_TIMEOUT_MS: '200',
    });
    const startedAt = performance.now();
    const { status, errors } = await portal.graphql(VIEWER, {}, { token: await idp.token() });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(status).toBe(503);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    await Promise.all([portal.stop(), idp.stop()]);
  });

  it('bounds headers and bodies that arrive too slowly', async () => {
    const portal = await Portal.start();
    const token = await portal.idp.token();
    const head = `POST /portal-session HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    const body = 'content-type: application/json\r\ncontent-length: 1000\r\n\r\n';
    const answers = [`${head}x-slow: `, head + body].map(async (sent) => {
      const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
      socket.on('error', () => undefined).write(sent);
      const startedAt = performance.now();
      const drip = setInterval(() => socket.write('x'), 500);
      const answer = await text(socket);
      clearInterval(drip);
      return { answer, seconds: (performance.now() - startedAt) / 1000 };
    });
    for (const { answer, seconds } of await Promise.all(answers)) {
      expect(answer).toContain('HTTP/1.1 408 Request Timeout');
      expect(seconds).toBeLessThan(15);
    }
    expect(portal.chargebee.calls).toEqual([]);
    await portal.stop();
  });

  it('bounds the wait for a Chargebee that does not respond', async () => {
    const portal = await Portal.start({
      REQUEST_DEADLINE_MS: '1000',
      CHARGEBEE_TIMEOUT_MS: '1000',
    });
    await untilReady(portal);
    portal.chargebee.intercept = () => true;
    const problem = await portal.post('/portal-session');
    expect(problem.status).toBe(503);
    expect(portal.audit[0]?.err).toBeTruthy();
    await portal.stop();
  });
});
