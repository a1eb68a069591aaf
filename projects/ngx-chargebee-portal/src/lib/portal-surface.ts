import type { ObservableInput } from 'rxjs';
import type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalResource,
  PortalSession,
} from './backends/portal-backend';
import type { ChargebeeInstance } from './chargebee-js';
import type { PortalKey } from './portal-key';
import type { PortalOpenOptions } from './portal-options';
import { isCard } from './portal-sections';
import { chargebeeGlobal } from './script-loader';

/** Something of Chargebee's that can be shown: the portal, or the page for managing payment methods. */
export interface PortalSurface<T extends PortalResource = PortalResource> {
  /** Asks the backend for a session (or page). */
  ask(backend: PortalBackend, request: PortalRequest): ObservableInput<T>;
  /** Whether the backend's answer is what was asked for. */
  isValid(made: T, key: PortalKey): unknown;
  /** The address that shows it without chargebee.js. */
  url(made: T): string;
  /** Has chargebee.js show it, which calls `supply` when it wants a session (or page). */
  show(
    instance: ChargebeeInstance,
    options: PortalOpenOptions,
    callbacks: object,
    supply: () => Promise<T>,
  ): void;
}

/** The portal, whole or at a section; chargebee.js authenticates in it. */
export const PORTAL: PortalSurface<PortalSession> = {
  ask: (backend, request) => backend.createSession(request),
  isValid: ({ token, accessUrl, customerId }, key) =>
    token && accessUrl && (key.customerId ?? customerId) === customerId,
  url: (session) => session.accessUrl,
  show(instance, { section, params }, callbacks, supply) {
    instance.setPortalSession(supply);
    // And none to `open`: these would take the place of those, or be called beside them.
    instance.setPortalCallbacks(callbacks);
    const portal = instance.createChargebeePortal();
    const forward = section && {
      sectionType: chargebeeGlobal()!.getPortalSections()[section],
      params,
    };
    if (forward && isCard(section)) portal.openSection(forward);
    else portal.open({}, forward);
  },
};

const pageUrl = ({ url }: ManagePaymentSourcesPage): string => url;

/** The page for managing payment methods alone. */
export const PAYMENT_SOURCES: PortalSurface<ManagePaymentSourcesPage> = {
  ask: (backend, request) => backend.createPaymentSourcesPage(request),
  isValid: pageUrl,
  url: pageUrl,
  show(instance, _, callbacks, supply) {
    instance.openCheckout(Object.assign(callbacks, { hostedPage: supply }));
  },
};
