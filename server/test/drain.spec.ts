import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { Portal } from './support/portal.js';
import { deferred } from './support/deferred.js';
import { eventually } from './support/eventually.js';

async function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

describe('a server that drains', () => {
  let portal: Portal;
  let agent: Agent;

  beforeEach(async () => {
    portal = await Portal.start({
      USER_REQUESTS_PER_MINUTE: '100000',
      CHARGEBEE_REQUESTS_PER_MINUTE: '100000',
    });
    agent = new Agent({ connections: 8, pipelining: 1 });
  });

  afterEach(async () => {
    await agent.close();
    await portal.stop();
  });

  const post = async (token: string, dispatcher = agent) => {
    const { statusCode, body } = await request(`${portal.url}/portal-session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      dispatcher,
    });
    return { statusCode, body: await body.text() };
  };

  it('finishes requests in flight, and accepts no new connection', async () => {
    const token = await portal.idp.token();
    const held = portal.chargebee.holdCalls();
    const inFlight = post(token);
    await held.arrived;
    let closed = false;
    const closing = portal.close().then(() => (closed = true));

    const otherAgent = new Agent();
    await expectAsync(post(token, otherAgent)).toBeRejectedWith(
      jasmine.objectContaining({ code: 'ECONNREFUSED' }),
    );
    await otherAgent.close();
    expect(closed).toBeFalse();
    held.release();
    const { statusCode, body } = await inFlight;
    expect(statusCode).toBe(200);
    expect(body).toContain('portal_session');
    await closing;
  });

  it('finishes requests in flight when close() is called twice', async () => {
    const arrived = deferred();
    const released = deferred();
    const slow = await Portal.start(
      {},
      {
        async resolveCustomerIds() {
          arrived.resolve();
          await released.promise;
          return ['acme'];
        },
      },
    );
    const inFlight = slow.post('/portal-session');
    await arrived.promise;
    let closed = 0;
    const closing = [slow.close(), slow.close()].map((call) => call.then(() => (closed += 1)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(closed).toBe(0);
    released.resolve();
    expect((await inFlight).status).toBe(200);
    await Promise.all(closing);
    expect(slow.log.filter(({ msg }) => msg === 'draining').length).toBe(1);
    await slow.stop();
  });

  it('is not ready, and answers the last request of open connections', async () => {
    const one = new Agent({ connections: 1, pipelining: 1 });
    const get = async (path: string) => {
      const { statusCode, headers, body } = await request(`${portal.url}${path}`, {
        dispatcher: one,
      });
      return { statusCode, connection: headers.connection, body: await body.json() };
    };
    // Not ready before the key set has been fetched, which the start does not wait for.
    await eventually(async () => (await get('/readyz')).statusCode === 200);
    expect(await get('/readyz')).toEqual({
      statusCode: 200,
      connection: 'keep-alive',
      body: { status: 'ready' },
    });
    const closing = portal.close();
    expect(await get('/readyz')).toEqual({
      statusCode: 503,
      connection: 'close',
      body: { status: 'draining' },
    });
    await expectAsync(get('/readyz')).toBeRejected();
    await closing;
    await one.close();
  });

  it('loses no request under load', async () => {
    const token = await portal.idp.token();
    const refused: string[] = [];
    let answered = 0;
    const underLoad = deferred();
    const client = async (): Promise<void> => {
      for (;;) {
        try {
          const { statusCode, body } = await post(token);
          expect(statusCode).toBe(200);
          expect((JSON.parse(body) as { object: string }).object).toBe('portal_session');
        } catch (error) {
          refused.push((error as NodeJS.ErrnoException).code ?? String(error));
          return;
        }
        answered += 1;
        if (answered === 40) underLoad.resolve();
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await underLoad.promise;
    await portal.close();
    await Promise.all(clients);
    expect(refused).toEqual(Array.from({ length: 8 }, () => 'ECONNREFUSED'));
    expect(answered).toBeGreaterThanOrEqual(40);
    expect(portal.chargebee.sessions.size).toBe(answered);
  });

  it('aborts requests that do not finish in time, and logs that', async () => {
    const stuck = await Portal.start({ REQUEST_DEADLINE_MS: '300', CHARGEBEE_TIMEOUT_MS: '300' });
    // Without the key set, it would answer at once, and there would be no request to abort.
    await eventually(async () => (await fetch(`${stuck.url}/readyz`)).ok);
    // A request whose body never ends cannot be finished.
    const socket = await connectTo(stuck.url);
    const aborted = once(socket, 'close');
    socket.write(
      `POST /portal-session HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await stuck.idp.token()}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    // When this later connection is answered, the server has the request.
    await fetch(`${stuck.url}/healthz`);
    await stuck.close();
    await aborted;
    expect(stuck.log.some(({ msg }) => String(msg).includes('cut off'))).toBeTrue();
    await stuck.stop();
  });

  it('does not wait for a connection without a request, but for one whose request is in transit', async () => {
    const [unused, late] = await Promise.all([connectTo(portal.url), connectTo(portal.url)]);
    const closed = once(unused, 'close');
    // When this later connection is answered, the server has accepted both.
    await (await fetch(`${portal.url}/healthz`)).text();
    const startedAt = performance.now();
    const draining = portal.nextLine(({ msg }) => msg === 'draining');
    const closing = portal.close();
    await draining;
    late.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await text(late)).toContain('HTTP/1.1 200 OK');
    await closing;
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(portal.logText()).not.toContain('cut off');
  });

  it('does not wait for a connection to the metrics without a request', async () => {
    const socket = await connectTo(portal.metricsUrl);
    const closed = once(socket, 'close');
    // When this later connection is answered, the server has accepted the first.
    await (await fetch(portal.metricsUrl)).text();
    await portal.close();
    await closed;
    expect(socket.destroyed).toBeTrue();
  });
});
