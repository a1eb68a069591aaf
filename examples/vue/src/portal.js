// Opens Chargebee’s portal with chargebee.js.
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

// Undefined if chargebee.js could not be loaded.
const chargebee = window.Chargebee?.init({ site, domain });

export const isReady = chargebee !== undefined;

/**
 * Opens the portal. Call it synchronously in the click handler: on phones it opens a window, which the browser would block
 * later.
 *
 * @param createSession requests a portal session from the backend
 * @param report receives the name and data of each callback
 */
export function openPortal(createSession, report) {
  chargebee.closeAll(); // left open by a failed attempt
  chargebee.setPortalSession(createSession);
  const callbacks = PORTAL_CALLBACKS.map((name) => [name, (data) => report(name, data)]);
  chargebee.createChargebeePortal().open({
    ...Object.fromEntries(callbacks),
    close() {
      // Otherwise chargebee.js stays logged in: the next opening would show this customer, and not request a session.
      chargebee.logout();
      report('close');
    },
  });
}

/** Opens the hosted page for payment methods. Like `openPortal`, it must be called synchronously. */
export function openPaymentSources(createPage, report) {
  chargebee.closeAll();
  chargebee.openCheckout({
    hostedPage: createPage,
    loaded: () => report('loaded'),
    success: (hostedPageId) => report('success', hostedPageId),
    close: () => report('close'),
  });
}

/** Closes the portal or page and ends the session at Chargebee. */
export function logout() {
  chargebee?.closeAll();
  chargebee?.logout();
}

export const closeAll = () => chargebee?.closeAll();
