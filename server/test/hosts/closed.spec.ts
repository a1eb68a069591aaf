import { ApolloServer } from '@apollo/server';
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as portalApi from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from '../support/chargebee.js';
import { eventually } from '../support/eventually.js';
import { CREATE } from '../support/portal.js';
import { listen } from './graphql-hosts.js';

describe('a server after close()', () => {
  it('is released from memory, since a host creates others on hot reload', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const createAndClose = async () => {
      const portal = await portalApi.createPortalServer({
        env: { CHARGEBEE_SITE: 'acme-test', CHARGEBEE_API_KEY: 'test_key', LOG_LEVEL: 'silent' },
        authenticate: () => null,
        resolveCustomerIds: () => [],
      });
      expect(await portal.metrics.metrics()).toContain('nodejs_eventloop_lag_seconds');
      await portal.close();
      return new WeakRef(portal.metrics);
    };
    const metrics = await createAndClose();
    await eventually(() => {
      collectGarbage();
      return metrics.deref() === undefined;
    });
  });
});

describe('a request after close()', () => {
  let chargebee: Chargebee;
  let lines: string[];
  const options = () => ({
    env: { ...chargebee.env, HOST: '127.0.0.1', PORT: '0' },
    logger: createLogger('info', { write: (line: string) => void lines.push(line) }),
    authenticate: () => ({ id: 'user-1' }),
    resolveCustomerIds: () => ['acme'],
  });

  beforeEach(async () => {
    lines = [];
    chargebee = await Chargebee.start();
  });

  afterEach(() => chargebee.stop());

  it('is answered that the server was closed, by handler and by fetch', async () => {
    const portal = await portalApi.createPortalServer(options());
    const host = await listen(createServer(portal.handler), '');
    await portal.close();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    for (const path of ['/portal-session', '/graphql']) {
      const request = new Request(`https://app.example.com${path}`, { ...init, body: '{}' });
      const answers = [await fetch(`${host.url}${path}`, init), await portal.fetch(request)];
      for (const answer of answers) {
        expect(answer.status).toBe(503);
        const body = await answer.text();
        expect(body).toContain('This server was closed.');
        expect(body).toContain('"BILLING_UNAVAILABLE"');
      }
    }
    expect(lines.filter((line) => line.includes('came after close()')).length).toBe(1);
    expect(lines.join('')).not.toContain('UND_ERR_DESTROYED');
    expect(chargebee.calls.length).toBe(0);
    await host.stop();
  });

  it('is not possible on a server that has not listened before, since listen() rejects', async () => {
    const portal = await portalApi.createPortalServer(options());
    await portal.close();
    await expectAsync(portal.listen()).toBeRejectedWithError(/was closed/);
  });

  it('is answered that the server was closed, by a portal merged into a GraphQL API', async () => {
    const contextOf = portalApi.createPortalContext(options());
    const server = new ApolloServer<portalApi.PortalContext>({
      typeDefs: ['type Query { hello: String }', portalApi.portalTypeDefs],
      resolvers: [portalApi.portalResolvers],
    });
    await contextOf.close();
    const { body } = await server.executeOperation(
      { query: CREATE },
      { contextValue: contextOf({ headers: {} }) },
    );
    expect(JSON.stringify(body)).toContain('This server was closed.');
    const [line] = lines.filter((each) => each.includes('"audit"'));
    expect(line).toContain('came after close()');
    expect(line).not.toContain('UND_ERR_DESTROYED');
    await server.stop();
  });
});
