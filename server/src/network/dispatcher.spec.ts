import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import net, { type AddressInfo, type LookupFunction } from 'node:net';
import { request } from 'undici';
import { createDispatcher } from './dispatcher.js';

describe('a dispatcher', () => {
  const { lookup } = dns;
  let server: Server;
  let origin: URL;
  const bounds = { connections: 20, timeoutMs: 5000, maxResponseSize: 1000 };
  /** The look-ups that the system has received. A test answers them by these functions. */
  let systemLookups: (() => void)[];

  beforeEach(async () => {
    server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = new URL(`http://chargebee.invalid:${(server.address() as AddressInfo).port}`);
    systemLookups = [];
    const pendingLookup: LookupFunction = (_hostname, _options, answer) => {
      systemLookups.push(() => answer(null, [{ address: '127.0.0.1', family: 4 }]));
    };
    Object.assign(dns, { lookup: pendingLookup });
    syncBuiltinESMExports();
  });

  afterEach(async () => {
    jasmine.clock().uninstall();
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tries each address of a host for longer than Node’s default, for distant networks', async () => {
    const attempts: unknown[] = [];
    const { connect } = net;
    const recordTimeout = (options: net.TcpNetConnectOpts) => {
      attempts.push(options.autoSelectFamilyAttemptTimeout);
      return connect(options);
    };
    Object.assign(net, { connect: recordTimeout });
    const dispatcher = createDispatcher({ ...bounds, origin, proxy: undefined });
    const answer = request(origin, { dispatcher });
    await new Promise(setImmediate);
    for (const answerLookup of systemLookups) answerLookup();
    await (await answer).body.dump();
    Object.assign(net, { connect });
    expect(attempts).toEqual([500]);
    await dispatcher.close();
  });

  it('uses the last addresses of a host whose look-up hangs', async () => {
    jasmine.clock().install();
    const dispatcher = createDispatcher({ ...bounds, origin, proxy: undefined });
    const first = request(origin, { dispatcher });
    await new Promise(setImmediate);
    systemLookups[0]?.();
    await (await first).body.dump();
    server.closeAllConnections();
    // The dispatcher notices that its connection was closed.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const second = request(origin, { dispatcher });
    await new Promise(setImmediate);
    expect(systemLookups.length).toBe(2);
    jasmine.clock().tick(1000);
    await (await second).body.dump();
    await dispatcher.close();
  });

  for (const [kind, options] of Object.entries({
    'to one origin': () => ({ origin, proxy: undefined }),
    'to any origin': () => ({ proxy: undefined }),
    'that bypasses the proxy': () => ({
      proxy: { httpProxy: 'http://proxy.invalid', httpsProxy: undefined, noProxy: '.invalid' },
    }),
  })) {
    it(`${kind} starts only one look-up of a host while it is pending`, async () => {
      const dispatcher = createDispatcher({ ...bounds, ...options() });
      const answers = Array.from({ length: 20 }, () => request(origin, { dispatcher }));
      await new Promise(setImmediate);
      expect(systemLookups.length).toBe(1);
      for (const answerLookup of systemLookups) answerLookup();
      for (const { statusCode, body } of await Promise.all(answers)) {
        expect(statusCode).toBe(200);
        await body.dump();
      }
      await dispatcher.close();
    });
  }
});
