// Your own subgraph, with the portal's mutations in it.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  createPortalContext,
  portalSubgraphModule,
  portalValidationRules,
} from 'chargebee-portal-server';
import { parse } from 'graphql';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const typeDefs = parse(/* GraphQL */ `
  type Query {
    plans: [Plan!]!
  }

  type Plan {
    name: String!
  }
`);
const resolvers = { Query: { plans: () => [{ name: 'Growth' }, { name: 'Scale' }] } };

/** Finds who a request is from. A bad token proves nobody; other errors, such as a key set out of reach, are thrown. */
function createAuthenticate({ jwksUrl, issuer, audience }) {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async ({ headers }) => {
    const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (!token) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience });
      return { id: payload.sub, customerIds: [payload.chargebee_customer_id ?? []].flat() };
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw error;
      return undefined;
    }
  };
}

/**
 * Starts the subgraph.
 *
 * @param {object} options
 * @param {{ jwksUrl: string, issuer: string, audience: string }} options.tokens how bearer tokens are verified
 * @param {Record<string, string>} options.env the `CHARGEBEE_*` variables of chargebee-portal-server
 * @param {number} [options.port]
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startSubgraph({ tokens, env, port = 0 }) {
  const portalContext = createPortalContext({
    env,
    authenticate: createAuthenticate(tokens),
    // Look them up in your database instead where the token does not name them.
    resolveCustomerIds: ({ customerIds }) => customerIds,
  });
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs, resolvers }, portalSubgraphModule]),
    // Each mutation of the portal calls Chargebee, so that a request may hold only one.
    validationRules: portalValidationRules,
  });
  const { url } = await startStandaloneServer(server, {
    context: async ({ req }) => portalContext(req),
    listen: { host: '127.0.0.1', port },
  });
  return {
    url,
    async stop() {
      await server.stop();
      await portalContext.close();
    },
  };
}
