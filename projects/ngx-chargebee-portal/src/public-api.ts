export { withGraphql, type GraphqlBackendOptions } from './lib/backends/graphql-backend';
export { toPortalError as ɵtoPortalError } from './lib/backends/backend-error';
export type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalResource,
  PortalSession,
} from './lib/backends/portal-backend';
export {
  withBackend,
  withIdentity,
  withScriptUrl,
  type PortalFeature,
  type PortalIdentity,
} from './lib/features';
export type { PortalPreload } from './lib/opener';
export { ChargebeePaymentSourcesDirective } from './lib/payment-sources-directive';
export type { PortalConfig } from './lib/portal-config';
export { ChargebeePortalDirective } from './lib/portal-directive';
export { PortalError, type PortalErrorCode, type PortalErrorDetails } from './lib/portal-error';
export type {
  PortalEvent,
  PortalEventType,
  PortalSubscriptionEventType,
} from './lib/portal-events';
export { ChargebeePortalModule } from './lib/portal-module';
export type {
  ManagePaymentSourcesOptions,
  PortalCallbacks,
  PortalCustomerOptions,
  PortalOpenOptions,
} from './lib/portal-options';
export {
  checkParams as ɵcheckParams,
  PORTAL_SECTIONS,
  type PortalPaymentSourceSection,
  type PortalSection,
  type PortalSectionOptions,
  type PortalSectionParams,
  type PortalSubscriptionSection,
} from './lib/portal-sections';
export { ChargebeePortalService, type PortalStatus } from './lib/portal-service';
export { provideChargebeePortal } from './lib/provide';
