import { StopSignal } from '../stop-signal.js';
import { createTransport } from './transport.js';
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
    const late = transport.run(new StopSignal(), async () => {
      await Promise.resolve();
      return makeApiRequest();
    });
    await expectAsync(late).toBeRejectedWithError(TypeError);
  });

  it('sends nothing for a call that has stopped', async () => {
    const signal = new StopSignal<UpstreamError>();
    const reason = new UpstreamError('aborted');
    signal.stop(reason);
    const call = transport.run(signal, () => transport.httpClient.makeApiRequest(request()));
    await expectAsync(call).toBeRejectedWith(reason);
  });
});
