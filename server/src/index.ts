export { createPortalServer } from './portal-server.js';
export type { PortalServer, PortalServerOptions } from './portal-server.js';
export { portalTypeDefs } from './generated/type-defs.js';
export { portalResolvers } from './graphql/resolvers.js';
