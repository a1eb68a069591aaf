// A subgraph of an app that includes the portal's mutations.
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

/** Jose's errors when the key set times out, is not a key set, or is not served with status 200. */
const KEY_SET_ERRORS = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'];

/**
 * Creates the function that verifies a request's token. It resolves to undefined for an invalid token, and throws other
 * errors, such as an unreachable key set.
 */
function createAuthenticate({ jwksUrl, issuer, audience }) {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async ({ headers }) => {
    const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (!token) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        requiredClaims: ['sub', 'exp'],
      });
      return { id: payload.sub, customerIds: [payload.chargebee_customer_id ?? []].flat() };
    } catch (error) {
      const isAboutToken =
        error instanceof errors.JOSEError && !KEY_SET_ERRORS.includes(error.code);
      if (!isAboutToken) throw error;
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
    // If your tokens do not contain them, look them up in your database.
    resolveCustomerIds: ({ customerIds }) => customerIds,
  });
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs, resolvers }, portalSubgraphModule]),
    // Each portal mutation calls Chargebee, so a request may contain only one.
    validationRules: portalValidationRules,
    // index.mjs handles signals. With Apollo's own handlers beside it, one of two calls of `stop()` never resolves.
    stopOnTerminationSignals: false,
    // Apollo's default sends stack traces unless NODE_ENV is production.
    includeStacktraceInErrorResponses: false,
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
