export { ConfigurationError, type Environment } from './config/environment.js';
export {
  createPortalContext,
  type PortalContextFunction,
  type PortalContextOptions,
  type RequestLike,
} from './embedding.js';
export { PortalError, type PortalErrorCode, type PortalErrorDetails } from './errors.js';
export { portalTypeDefs } from './generated/type-defs.js';
export type { PortalContext } from './graphql/context.js';
export {
  addPortalToSchema,
  portalResolvers,
  portalSubgraphModule,
  SchemaClashError,
} from './graphql/embedded-schema.js';
export { portalValidationRules } from './graphql/validation-rules.js';
export type { FetchHandler, NodeHandler } from './http/mount.js';
export type { TokenUser } from './identity/bearer.js';
export type { Authenticate, PortalUser, ResolveCustomerIds } from './identity/user.js';
export {
  createPortalServer,
  type PortalServer,
  type PortalServerOptions,
} from './portal-server.js';
