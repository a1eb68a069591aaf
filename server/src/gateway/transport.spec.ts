import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallSignal, createTransport } from './transport.js';
import { UpstreamError } from './upstream-error.js';

describe('the transport under the SDK', () => {
  const transport = createTransport({
    origin: new URL('http://127.0.0.1:9'),
    connections: 1,
    timeoutMs: 1000,
  });
  const request = () =>
    new globalThis.Request(new URL('http://127.0.0.1:9/'), {
      method: 'GET',
      headers: new Headers(),
    });

  afterAll(() => transport.close());

  it('refuses a request that is made outside a call', async () => {
    const makeApiRequest = () => transport.httpClient.makeApiRequest(request());
    await expectAsync(makeApiRequest()).toBeRejectedWithError(TypeError);
    const late = transport.run(new CallSignal(Infinity), async () => {
      await Promise.resolve();
      return makeApiRequest();
    });
    await expectAsync(late).toBeRejectedWithError(TypeError);
  });

  it('does not send an aborted call', async () => {
    const signal = new CallSignal(Infinity);
    const reason = new UpstreamError('aborted');
    signal.abort(reason);
    const call = transport.run(signal, () => transport.httpClient.makeApiRequest(request()));
    await expectAsync(call).toBeRejectedWith(reason);
  });

  it('does not send a call after its sendBy', async () => {
    let connections = 0;
    const server = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const origin = new URL(`http://127.0.0.1:${port}`);
    const late = createTransport({ origin, connections: 1, timeoutMs: 1000 });
    const call = late.run(new CallSignal(performance.now() - 1), () =>
      late.httpClient.makeApiRequest(
        new globalThis.Request(origin, { method: 'GET', headers: new Headers() }),
      ),
    );
    await expectAsync(call).toBeRejectedWithError(UpstreamError, /sent too late/);
    expect(connections).toBe(0);
    await late.close();
    server.close();
  });
});
