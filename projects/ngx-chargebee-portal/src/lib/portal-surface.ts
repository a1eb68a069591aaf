import type {
  ManagePaymentSourcesPage,
  PortalResource,
  PortalSession,
} from './backends/portal-backend';
import type { ChargebeeAdapter } from './chargebee-adapter';
import type { ChargebeeInstance } from './chargebee-js';
import type { PortalKey } from './portal-key';
import type { PortalOpenOptions } from './portal-options';
import { isCard, PORTAL_SECTIONS } from './portal-sections';
import type { SessionKeeper } from './session-keeper';

/** Something of Chargebee's that can be shown: the portal, or the page for managing payment methods. */
export interface PortalSurface<T extends PortalResource> {
  /** Where its sessions (or pages) come from. */
  readonly keeper: SessionKeeper<T>;
  /** Asks for a session (or page) ahead of time, if chargebee.js would want one. */
  prefetch(key: PortalKey): Promise<unknown>;
  /** chargebee.js has been given a session (or page). */
  used(key: PortalKey): void;
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
  adapter: ChargebeeAdapter,
): PortalSurface<PortalSession> => ({
  keeper,
  prefetch: (key) => (adapter.isAuthenticated(key) ? Promise.resolve() : keeper.prefetch(key)),
  used: (key) => adapter.authenticate(key),
  url: (session) => session.accessUrl,
  show(instance, { section, params }, callbacks, supply) {
    instance.setPortalSession(() => supply().then(({ token }) => ({ token })));
    // Another party's setPortalCallbacks would take the place of the ones given to `open`.
    instance.setPortalCallbacks(callbacks());
    const portal = instance.createChargebeePortal();
    const forward = section && { sectionType: PORTAL_SECTIONS[section], params };
    if (forward && isCard(section)) portal.openSection(forward, callbacks());
    else portal.open(callbacks(), forward);
  },
});

/** The page for managing payment methods alone. */
export const paymentSourcesSurface = (
  keeper: SessionKeeper<ManagePaymentSourcesPage>,
): PortalSurface<ManagePaymentSourcesPage> => ({
  keeper,
  prefetch: (key) => keeper.prefetch(key),
  used: () => undefined,
  url: (page) => page.url,
  show(instance, _, callbacks, supply) {
    const hostedPage = () =>
      supply().then(({ id, type, url, state, embed }) => ({ id, type, url, state, embed }));
    instance.openCheckout({ hostedPage, ...callbacks() });
  },
});
