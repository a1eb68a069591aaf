import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { CREATE, Portal, VIEWER } from './support/portal.js';

/** A forward proxy as in companies: by CONNECT, it connects to names that only it can resolve. */
class ForwardProxy {
  /** The hosts and ports that it was asked to connect to. */
  readonly targets: string[] = [];
  /** The status with which it refuses to connect. */
  refusal: number | undefined;
  credentials: string | undefined;
  connections = 0;
  /** Closes every connection at once, like a load balancer without backends. */
  isClosing = false;
  /** Answers with its own page, like the login page of a guest network. */
  isAnsweringItself = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((_request, response) => response.writeHead(405).end());
    this.#server.on('connection', (client: Socket) => {
      this.connections += 1;
      if (this.isClosing) client.destroy();
    });
    this.#server.on('connect', (request, client: Socket) => {
      this.targets.push(request.url ?? '');
      this.credentials = request.headers['proxy-authorization'];
      if (this.refusal !== undefined) {
        client.end(`HTTP/1.1 ${this.refusal} No\r\n\r\n`);
        return;
      }
      if (this.isAnsweringItself) {
        client.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>');
        return;
      }
      const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(target).pipe(client);
      });
      for (const socket of [client, target]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
      }
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://user:p%40ss@127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe('a proxy between the server and the internet', () => {
  let proxy: ForwardProxy;
  let url: string;
  let target: Portal;

  beforeEach(async () => {
    proxy = new ForwardProxy();
    url = await proxy.start();
    // Chargebee and the identity provider have names that only the proxy can resolve.
    target = await Portal.start();
  });

  afterEach(async () => {
    proxy.stop();
    await target.stop();
  });

  const start = (env: Record<string, string>) =>
    Portal.start({
      INSECURE_HTTP_HOSTS: 'chargebee.invalid,login.invalid',
      CHARGEBEE_BASE_URL: `http://chargebee.invalid:${new URL(target.chargebee.origin).port}`,
      ...target.idp.env,
      AUTH_JWKS_URL: `http://login.invalid:${new URL(target.idp.issuer).port}/jwks.json`,
      ...env,
    });

  it('is used for Chargebee and for the key set', async () => {
    const portal = await start({ HTTP_PROXY: url });
    const token = await target.idp.token();
    const { data, errors } = await portal.graphql(CREATE, {}, { token });
    expect(errors).toBeUndefined();
    expect(data?.createPortalSession?.customerId).toBe('acme');
    expect(new Set(proxy.targets.map((address) => address.split(':')[0]))).toEqual(
      new Set(['login.invalid', 'chargebee.invalid']),
    );
    expect(proxy.credentials).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    expect(portal.logText()).not.toMatch(/p%40ss|p@ss/);
    await portal.stop();
  });

  it('receives a user without a password, and a password without a user', async () => {
    for (const [given, sent] of Object.entries({ 'token-1': 'token-1:', ':p%3Ass': ':p:ss' })) {
      const portal = await start({ HTTP_PROXY: url.replace('user:p%40ss', given) });
      const { errors } = await portal.graphql(CREATE, {}, { token: await target.idp.token() });
      expect(errors).toBeUndefined();
      expect(proxy.credentials).toBe(`Basic ${Buffer.from(sent).toString('base64')}`);
      await portal.stop();
    }
  });

  it('is not used for the hosts of NO_PROXY, nor when only process.env contains it', async () => {
    const { chargebee, idp } = target;
    process.env.HTTP_PROXY = url;
    const direct = await Portal.start({ ...chargebee.env, ...idp.env });
    expect((await direct.graphql(CREATE, {}, { token: await idp.token() })).data).toBeTruthy();
    await direct.stop();
    delete process.env.HTTP_PROXY;
    const withoutProxy = await Portal.start({
      ...chargebee.env,
      ...idp.env,
      HTTP_PROXY: url,
      NO_PROXY: 'example.com, 127.0.0.1',
    });
    expect(
      (await withoutProxy.graphql(CREATE, {}, { token: await idp.token() })).data,
    ).toBeTruthy();
    await withoutProxy.stop();
    expect(proxy.targets).toEqual([]);
  });

  it('is not used for this machine, nor for hosts that match NO_PROXY by * or a range of addresses', async () => {
    const { chargebee, idp } = target;
    const onNamedHost = {
      INSECURE_HTTP_HOSTS: '127.0.0.2',
      // Nobody listens there: the test only checks that the proxy is not used.
      CHARGEBEE_BASE_URL: chargebee.origin.replace('127.0.0.1', '127.0.0.2'),
      CHARGEBEE_TIMEOUT_MS: '500',
      REQUEST_DEADLINE_MS: '500',
    };
    for (const env of [
      {},
      { NO_PROXY: 'example.com' },
      { NO_PROXY: '*', ...onNamedHost },
      { NO_PROXY: '.svc,127.0.0.0/8', ...onNamedHost },
      {
        NO_PROXY: '127.0.0.0/8',
        INSECURE_HTTP_HOSTS: '127.0.0.2',
        AUTH_JWKS_URL: idp.env.AUTH_JWKS_URL?.replace('127.0.0.1', '127.0.0.2'),
      },
    ]) {
      const portal = await Portal.start({ ...chargebee.env, ...idp.env, HTTP_PROXY: url, ...env });
      await portal.graphql(CREATE, {}, { token: await idp.token() });
      await portal.stop();
    }
    expect(proxy.targets).toEqual([]);
    expect(chargebee.calls.length).toBeGreaterThan(0);
  });

  it('that refuses is named in the log, and callers get BILLING_UNAVAILABLE', async () => {
    proxy.refusal = 403;
    const portal = await start({
      http_proxy: url,
      AUTH_JWKS_URL: target.idp.env.AUTH_JWKS_URL,
      no_proxy: '127.0.0.1',
    });
    const { errors } = await portal.graphql(CREATE, {}, { token: await target.idp.token() });
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    expect(JSON.stringify(portal.audit.at(-1)?.err)).toContain('the proxy answered 403');
    await portal.stop();

    const without = await start({ HTTP_PROXY: url });
    const { status } = await without.graphql(VIEWER, {}, { token: await target.idp.token() });
    expect(status).toBe(503);
    await without.stop();
  });

  for (const [behaviour, flag] of [
    ['closes its connections', 'isClosing'],
    ['answers with a page of its own', 'isAnsweringItself'],
  ] as const) {
    it(`that ${behaviour} is called only a few times, and the caller gets an answer`, async () => {
      proxy[flag] = true;
      const portal = await start({
        HTTP_PROXY: url,
        AUTH_JWKS_URL: target.idp.env.AUTH_JWKS_URL,
        NO_PROXY: '127.0.0.1',
      });
      const { errors } = await portal.graphql(CREATE, {}, { token: await target.idp.token() });
      expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
      expect(proxy.connections).toBeLessThan(10);
      await portal.stop();

      const without = await start({ HTTP_PROXY: url });
      const { status } = await without.graphql(VIEWER, {}, { token: await target.idp.token() });
      expect(status).toBe(503);
      expect(proxy.connections).toBeLessThan(10);
      await without.stop();
    });
  }
});
