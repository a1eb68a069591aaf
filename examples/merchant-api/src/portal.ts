import type { IncomingMessage } from 'node:http';
import type { Config } from './config.js';
import type { User } from './identity.js';

/**
 * Creates the schema and context of `chargebee-portal-server` for embedding in this API, with this API's users and its
 * configuration of Chargebee.
 */
export async function embedPortal(
  { chargebee, corsOrigins }: Config,
  authenticate: (request: IncomingMessage) => Promise<User | undefined>,
  resolveCustomerIds: (user: User) => Promise<string[]>,
) {
  // Imported dynamically, because it is not needed with a separate portal server.
  const portal = await import('chargebee-portal-server');
  const contextOf = portal.createPortalContext({
    authenticate,
    resolveCustomerIds,
    env: {
      ...process.env,
      CHARGEBEE_SITE: chargebee.site,
      CHARGEBEE_API_KEY: chargebee.apiKey,
      CHARGEBEE_BASE_URL: chargebee.baseUrl.origin,
      REDIRECT_ORIGINS: corsOrigins.join(','),
    },
  });
  return {
    typeDefs: portal.portalTypeDefs,
    resolvers: portal.portalResolvers,
    validationRules: portal.portalValidationRules,
    contextOf,
    close: () => contextOf.close(),
  };
}
