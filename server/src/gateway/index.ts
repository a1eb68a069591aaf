export type { BreakerState } from './breaker.js';
export {
  createChargebeeGateway,
  type ChargebeeGatewayOptions,
  type ManagedGateway,
} from './gateway.js';
export { mayBeMisconfigured, sessionNotFound } from './portal-errors.js';
export { isResourceId } from './resource-id.js';
export type {
  ChargebeeGateway,
  ChargebeeHostedPage,
  ChargebeePortalSession,
  UpstreamRequest,
} from './types.js';
