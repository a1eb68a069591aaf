import type { IncomingMessage } from 'node:http';
import type { Config } from './config.js';
import type { User } from './identity.js';

/**
 * The portal's mutations for this server's own schema: the whole of `chargebee-portal-server`, with this app's users.
 * Chargebee's settings are those of this server's configuration.
 */
export async function embedPortal(
  { chargebee, corsOrigins }: Config,
  authenticate: (request: IncomingMessage) => Promise<User | undefined>,
  resolveCustomerIds: (user: User) => Promise<string[]>,
) {
  // Not loaded by a server that has the portal beside it.
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
