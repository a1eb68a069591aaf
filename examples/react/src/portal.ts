// Opens Chargebee’s portal with chargebee.js.
import type Chargebee from '@chargebee/chargebee-js-types';
import type { createPaymentSourcesPage, createPortalSession } from './backend';

const { VITE_CHARGEBEE_SITE: site, VITE_CHARGEBEE_DOMAIN: domain } = import.meta.env;

const PORTAL_CALLBACKS = [
  'loaded',
  'visit',
  'paymentSourceAdd',
  'paymentSourceUpdate',
  'paymentSourceRemove',
  'subscriptionChanged',
  'subscriptionCustomFieldsChanged',
  'subscriptionCancelled',
  'subscriptionResumed',
  'subscriptionPaused',
  'scheduledPauseRemoved',
  'scheduledCancellationRemoved',
  'subscriptionReactivated',
  'subscriptionExtended',
];

/** Receives the name and data of each callback. */
type Report = (name: string, data?: unknown) => void;

// Undefined if chargebee.js could not be loaded.
const chargebee = (window.Chargebee as Chargebee | undefined)?.init({ site, domain });

export const isReady = chargebee !== undefined;

/**
 * Opens the portal. Call it synchronously in the click handler: on phones it opens a window, which the browser would block
 * later.
 *
 * @param createSession requests a portal session from the backend
 */
export function openPortal(
  createSession: () => ReturnType<typeof createPortalSession>,
  report: Report,
) {
  closeAll(); // left open by a failed attempt
  chargebee?.setPortalSession(createSession);
  const callbacks = PORTAL_CALLBACKS.map(
    (name) => [name, (data?: unknown) => report(name, data)] as const,
  );
  chargebee?.createChargebeePortal().open({
    ...Object.fromEntries(callbacks),
    close() {
      // Otherwise chargebee.js stays logged in: the next opening would show this customer, and not request a session.
      chargebee.logout();
      report('close');
    },
  });
}

/** Opens the hosted page for payment methods. Like `openPortal`, it must be called synchronously. */
export function openPaymentSources(
  createPage: () => ReturnType<typeof createPaymentSourcesPage>,
  report: Report,
) {
  closeAll();
  chargebee?.openCheckout({
    hostedPage: createPage,
    loaded: () => report('loaded'),
    success: (hostedPageId: string) => report('success', hostedPageId),
    close: () => report('close'),
  });
}

/** Closes the portal or page and ends the session at Chargebee. */
export function logout() {
  chargebee?.closeAll();
  chargebee?.logout();
}

export const closeAll = () => chargebee?.closeAll();
