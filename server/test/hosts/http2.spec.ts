import { once } from 'node:events';
import { connect, createServer, type ClientHttp2Session, type Http2Server } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPortalContext, createPortalServer } from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from '../support/chargebee.js';
import { eventually } from '../support/eventually.js';

describe('a caller of an HTTP/2 host who cancels the request', () => {
  let chargebee: Chargebee;
  let server: Http2Server;
  let client: ClientHttp2Session;
  const logger = createLogger('silent');

  beforeEach(async () => {
    chargebee = await Chargebee.start();
  });

  afterEach(async () => {
    client.destroy();
    server.close();
    await chargebee.stop();
  });

  /** Starts a host, and cancels a request as soon as Chargebee is called. */
  async function cancelDuringCall(
    serve: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void> {
    server = createServer((request, response) =>
      serve(request as unknown as IncomingMessage, response as unknown as ServerResponse),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const request = client.request({
      ':method': 'POST',
      ':path': '/portal-session',
      'content-type': 'application/json',
    });
    request.on('error', () => undefined);
    chargebee.intercept = () => {
      request.close(8);
      return true;
    };
    request.end('{}');
  }

  const countsOf = async (metrics: { metrics(): Promise<string> }) =>
    /portal_operation_duration_seconds_count\{.*outcome="(\w+)"\} 1/.exec(
      await metrics.metrics(),
    )?.[1];

  it('is noticed by a mounted server', async () => {
    const portal = await createPortalServer({
      env: chargebee.env,
      logger,
      authenticate: () => ({ id: 'user-1' }),
      resolveCustomerIds: () => ['acme'],
    });
    await cancelDuringCall(portal.handler);
    await eventually(async () => (await countsOf(portal.metrics)) !== undefined);
    expect(await countsOf(portal.metrics)).toBe('CALLER_GONE');
    await portal.close();
  });

  it('is noticed by a portal merged into a GraphQL API', async () => {
    const portalContext = createPortalContext({
      env: chargebee.env,
      logger,
      authenticate: () => ({ id: 'user-1' }),
      resolveCustomerIds: () => ['acme'],
    });
    await cancelDuringCall((request) => {
      const { portal } = portalContext(request);
      void portal
        .caller()
        .then((caller) => portal.operations.createPortalSession(caller, {}))
        .catch(() => undefined);
    });
    await eventually(async () => (await countsOf(portalContext.metrics)) !== undefined);
    expect(await countsOf(portalContext.metrics)).toBe('CALLER_GONE');
    await portalContext.close();
  });
});
