import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';
import {
  createPortalContext,
  portalResolvers,
  portalTypeDefs,
  type PortalContext,
  type PortalContextFunction,
  type RequestLike,
} from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from '../support/chargebee.js';
import { CREATE } from '../support/portal.js';
import { graphqlHosts, type Host } from './graphql-hosts.js';
import { HOST_DATA, HOST_QUERY, hostApis } from './host-api.js';
import {
  NEST_DATA,
  NEST_QUERY,
  NEST_SUBGRAPH_DATA,
  NEST_SUBGRAPH_QUERY,
  startNest,
  startNestSubgraph,
} from './nest-host.js';

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}

interface HostCase {
  name: string;
  start: (contextOf: PortalContextFunction<RequestLike>) => Promise<Host>;
  /** A query of the host's own schema, and the data of its response. */
  query: string;
  data: Record<string, unknown>;
}

const hosts: HostCase[] = Object.entries(graphqlHosts).map(([name, start]) => ({
  name,
  start: (contextOf: PortalContextFunction<RequestLike>) => {
    const api = hostApis['a viewer of the type Viewer!'];
    if (!api) throw new Error('There is no such host.');
    return start(api, contextOf);
  },
  query: HOST_QUERY,
  data: HOST_DATA,
}));
hosts.push(
  { name: 'Nest, code first', start: startNest, query: NEST_QUERY, data: NEST_DATA },
  {
    name: 'Nest, code first, as a subgraph',
    start: startNestSubgraph,
    query: NEST_SUBGRAPH_QUERY,
    data: NEST_SUBGRAPH_DATA,
  },
);

/** Returns whether a host is a Yoga, or stands behind one, as the gateway of these tests is. */
const takesForms = (name: string): boolean => /Yoga|gateway/.test(name);

/** The hosts that accept batches of operations. */
const batchingHosts = ['Apollo Server, standalone', 'GraphQL Yoga', 'Mercurius'];

/** Returns an operation as the specification of GraphQL multipart requests has it. */
function multipart(query: string): FormData {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query }));
  form.set('map', '{}');
  return form;
}

for (const { name, start, query, data } of hosts) {
  describe(`${name}, with the portal in its API`, () => {
    let chargebee: Chargebee;
    let portalContext: PortalContextFunction<RequestLike>;
    let host: Host;

    beforeAll(async () => {
      chargebee = await Chargebee.start();
      portalContext = createPortalContext({
        env: chargebee.env,
        logger: createLogger('silent'),
        authenticate: ({ headers }: RequestLike) => {
          const cookie = 'get' in headers ? (headers as Headers).get('cookie') : headers.cookie;
          if (cookie === 'expired') {
            throw new GraphQLError('jwt expired', { extensions: { code: 'UNAUTHENTICATED' } });
          }
          return cookie === 'user-1' ? { id: cookie } : undefined;
        },
        resolveCustomerIds: () => ['acme'],
      });
      host = await start(portalContext);
    });

    afterAll(async () => {
      await host.stop();
      await portalContext.close();
      await chargebee.stop();
    });

    const ask = async (
      source: string,
      cookie?: string,
      variables?: Record<string, unknown>,
    ): Promise<Answer> => {
      const response = await fetch(host.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
        body: JSON.stringify({ query: source, variables }),
      });
      return (await response.json()) as Answer;
    };

    it('answers its own queries as it did before', async () => {
      expect(await ask(query)).toEqual({ data });
    });

    it('makes a portal session for the signed-in user', async () => {
      const { data, errors } = await ask(CREATE, 'user-1');
      expect(errors).toBeUndefined();
      expect(data?.createPortalSession).toEqual(
        jasmine.objectContaining({
          customerId: 'acme',
          status: 'CREATED',
          accessUrl: jasmine.stringMatching(/^https:/),
          createdAt: jasmine.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        }),
      );
    });

    it('refuses callers without a user, and those for whom `authenticate` throws UNAUTHENTICATED', async () => {
      for (const cookie of [undefined, 'expired']) {
        const { errors } = await ask(CREATE, cookie);
        expect(errors?.[0]?.extensions.code).withContext(String(cookie)).toBe('UNAUTHENTICATED');
      }
    });

    it(`${takesForms(name) ? 'accepts' : 'refuses'} forms, which any site can send with the user’s cookies; docs/server/embedding.md warns of that`, async () => {
      const calls = chargebee.calls.length;
      for (const body of [new URLSearchParams({ query: CREATE }), multipart(CREATE)]) {
        const response = await fetch(host.url, {
          method: 'POST',
          headers: { cookie: 'user-1', origin: 'https://other.example' },
          body,
        });
        await response.text();
      }
      expect(chargebee.calls.length).toBe(calls + (takesForms(name) ? 2 : 0));
    });

    // A gateway sends each of them in a request of its own.
    if (name.includes('gateway')) return;

    it('says what is wrong with an argument, also where errors are masked', async () => {
      const create =
        'mutation ($input: CreatePortalSessionInput) { createPortalSession(input: $input) { id } }';
      const { errors } = await ask(create, 'user-1', { input: { redirectUrl: 5 } });
      expect(errors?.[0]?.message).toContain('must be a string');
    });

    it('refuses a second field that calls Chargebee', async () => {
      const calls = chargebee.calls.length;
      const twice = 'mutation { a: createPortalSession { id } b: createPortalSession { id } }';
      const { errors } = await ask(twice, 'user-1');
      expect(errors?.[0]?.message).toContain('At most one field');
      expect(chargebee.calls.length).toBeLessThanOrEqual(calls + 1);
    });

    if (!batchingHosts.includes(name)) return;

    it('executes only one operation of a batch that calls Chargebee', async () => {
      const calls = chargebee.calls.length;
      const response = await fetch(host.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: 'user-1' },
        body: JSON.stringify([{ query: CREATE }, { query: CREATE }]),
      });
      const answers = (await response.json()) as Answer[];
      const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code);
      expect(new Set(codes)).toEqual(new Set([undefined, 'BAD_USER_INPUT']));
      expect(chargebee.calls.length).toBe(calls + 1);
    });
  });
}

describe('an Apollo Server that caches responses by default', () => {
  it('does not allow caching of sessions and pages', async () => {
    const chargebee = await Chargebee.start();
    const portalContext = createPortalContext({
      env: chargebee.env,
      logger: createLogger('silent'),
      authenticate: () => ({ id: 'user-1' }),
      resolveCustomerIds: () => ['acme'],
    });
    const server = new ApolloServer<PortalContext>({
      typeDefs: ['type Query { hello: String! }', portalTypeDefs],
      resolvers: [{ Query: { hello: () => 'Hello' } }, portalResolvers],
      plugins: [ApolloServerPluginCacheControl({ defaultMaxAge: 60 })],
    });
    const { url } = await startStandaloneServer(server, {
      context: ({ req }) => Promise.resolve(portalContext(req)),
      listen: { host: '127.0.0.1', port: 0 },
    });
    const cachingOf = async (query: string) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      expect(await response.json()).toEqual({ data: jasmine.anything() as unknown });
      return response.headers.get('cache-control');
    };
    expect(await cachingOf('{ hello }')).toBe('max-age=60, public');
    for (const field of ['createPortalSession', 'createManagePaymentSourcesPage']) {
      expect(await cachingOf(`mutation { ${field} { id } }`))
        .withContext(field)
        .toBe('no-store');
    }
    await server.stop();
    await portalContext.close();
    await chargebee.stop();
  });
});
