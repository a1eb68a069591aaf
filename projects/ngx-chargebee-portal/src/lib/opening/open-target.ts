import type {
  ManagePaymentSourcesPage,
  PortalResource,
  PortalSession,
} from '../backends/portal-backend';
import type { ChargebeeInstance } from '../chargebee-js/chargebee-types';
import { chargebeeGlobal } from '../chargebee-js/script-loader';
import type { PortalOpenOptions } from '../portal/portal-options';
import { isCard } from '../portal/portal-sections';
import type { SessionSource } from '../sessions/session-cache';

/** Something to open: the portal, or the page for managing payment methods. */
export interface OpenTarget<T extends PortalResource = PortalResource> extends SessionSource<T> {
  /** Whether chargebee.js logs the customer in for it. */
  readonly needsLogin: boolean;
  /** Returns the URL that opens it without chargebee.js. */
  urlOf(resource: T): string;
  /** Opens it with chargebee.js, which calls `getResource` for the session or the page. */
  show(
    instance: ChargebeeInstance,
    options: PortalOpenOptions,
    callbacks: object,
    getResource: () => Promise<T>,
  ): void;
}

/** The portal, at its home page or at a section. */
export const PORTAL: OpenTarget<PortalSession> = {
  needsLogin: true,
  request: (backend, request) => backend.createSession(request),
  isValid: ({ token, accessUrl, customerId }, key) =>
    token && accessUrl && (key.customerId ?? customerId) === customerId,
  urlOf: (session) => session.accessUrl,
  show(instance, { section, params }, callbacks, getResource) {
    instance.setPortalSession(getResource);
    // `open` gets no callbacks: chargebee.js would call them instead of these, or in addition.
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

/** The page for managing payment methods alone. */
export const PAYMENT_SOURCES: OpenTarget<ManagePaymentSourcesPage> = {
  needsLogin: false,
  request: (backend, request) => backend.createPaymentSourcesPage(request),
  isValid: (page) => page.url,
  urlOf: (page) => page.url,
  show(instance, _, callbacks, getResource) {
    instance.openCheckout(Object.assign(callbacks, { hostedPage: getResource }));
  },
};
