import type {
  ManagePaymentSourcesPage,
  PortalResource,
  PortalSession,
} from './backends/portal-backend';
import type { ChargebeeGlobal, ChargebeeInstance } from './chargebee-js';
import type { PortalOpenOptions } from './portal-options';
import { isCard } from './portal-sections';
import type { SessionKeeper } from './session-keeper';

/** Something of Chargebee's that can be shown: the portal, or the page for managing payment methods. */
export interface PortalSurface<T extends PortalResource> {
  /** Where its sessions (or pages) come from. */
  readonly keeper: SessionKeeper<T>;
  /** Whether it is the portal, in which chargebee.js authenticates. */
  readonly isPortal?: true;
  /** The address that shows it without chargebee.js. */
  url(resource: T): string;
  /** Has chargebee.js show it, which calls `supply` when it wants a session (or page). */
  show(
    instance: ChargebeeInstance,
    options: PortalOpenOptions,
    callbacks: () => object,
    supply: () => Promise<T>,
  ): void;
}

/** The portal, whole or at a section. */
export const portalSurface = (
  keeper: SessionKeeper<PortalSession>,
  chargebee: () => ChargebeeGlobal,
): PortalSurface<PortalSession> => ({
  keeper,
  isPortal: true,
  url: (session) => session.accessUrl,
  show(instance, { section, params }, callbacks, supply) {
    instance.setPortalSession(supply);
    // Another party's setPortalCallbacks would take the place of the ones given to `open`.
    instance.setPortalCallbacks(callbacks());
    const portal = instance.createChargebeePortal();
    const forward = section && { sectionType: chargebee().getPortalSections()[section], params };
    if (forward && isCard(section)) portal.openSection(forward, callbacks());
    else portal.open(callbacks(), forward);
  },
});

/** The page for managing payment methods alone. */
export const paymentSourcesSurface = (
  keeper: SessionKeeper<ManagePaymentSourcesPage>,
): PortalSurface<ManagePaymentSourcesPage> => ({
  keeper,
  url: (page) => page.url,
  show(instance, _, callbacks, supply) {
    instance.openCheckout(Object.assign(callbacks(), { hostedPage: supply }));
  },
});
