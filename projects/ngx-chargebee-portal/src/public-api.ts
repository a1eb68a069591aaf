export type { GraphqlBackendOptions } from './lib/backends/graphql-backend';
export { toPortalError as ɵtoPortalError } from './lib/backends/backend-error';
export type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalResource,
  PortalSession,
} from './lib/backends/portal-backend';
export type { RestBackendOptions } from './lib/backends/rest-backend';
export { ChargebeePaymentSourcesDirective } from './lib/directives/payment-sources-directive';
export type { PortalConfig } from './lib/setup/portal-config';
export { ChargebeePortalDirective } from './lib/directives/portal-directive';
export {
  PortalError,
  type PortalErrorCode,
  type PortalErrorDetails,
} from './lib/portal/portal-error';
export type {
  PortalEvent,
  PortalEventType,
  PortalSubscriptionEventType,
} from './lib/portal/portal-events';
export type { PortalIdentity, PortalIdentitySource } from './lib/portal/portal-identity';
export type { PortalErrorContext, PortalListener } from './lib/portal/portal-listener';
export { ChargebeePortalModule } from './lib/portal-module';
export type {
  ManagePaymentSourcesOptions,
  PortalCallbacks,
  PortalCustomerOptions,
  PortalOpenOptions,
} from './lib/portal/portal-options';
export {
  checkParams as ɵcheckParams,
  PORTAL_SECTIONS,
  type PortalPaymentSourceSection,
  type PortalSection,
  type PortalSectionOptions,
  type PortalSectionParams,
  type PortalSubscriptionSection,
} from './lib/portal/portal-sections';
export type { PortalPreload } from './lib/portal/portal-preload';
export { ChargebeePortalService, type PortalStatus } from './lib/portal/portal-service';
export type { PortalFeature, PortalFeatureKind } from './lib/setup/portal-feature';
export { withBackend } from './lib/setup/with-backend';
export { withGraphql } from './lib/setup/with-graphql';
export { withIdentity } from './lib/setup/with-identity';
export { withPortalEvents } from './lib/setup/with-portal-events';
export { withPreload } from './lib/setup/with-preload';
export { withRest } from './lib/setup/with-rest';
export { withScriptUrl } from './lib/setup/with-script-url';
export { provideChargebeePortal } from './lib/provide';

// Not public: used by the entry point /testing.
export {
  CurrentUser as ɵCurrentUser,
  type UserListener as ɵUserListener,
} from './lib/identity/current-user';
export { callSafely as ɵcallSafely } from './lib/portal/call-safely';
export type { OpenerCallbacks as ɵOpenerCallbacks } from './lib/portal/portal-options';
export { isSameKey as ɵisSameKey, type PortalKey as ɵPortalKey } from './lib/sessions/portal-key';
export { provideFeatures as ɵprovideFeatures } from './lib/setup/provide-features';
export {
  IDENTITY_FACTORY as ɵIDENTITY_FACTORY,
  PORTAL_LISTENERS as ɵPORTAL_LISTENERS,
} from './lib/setup/tokens';
