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

// Undefined when the script could not be loaded.
const chargebee = window.Chargebee?.init({ site, domain });

export const isReady = chargebee !== undefined;

/**
 * Opens the portal. Call it within the click: on phones it opens a window, which the browser blocks otherwise.
 *
 * @param createSession asks the backend for a portal session
 * @param report told each callback
 */
export function openPortal(createSession, report) {
  chargebee.closeAll(); // whatever an earlier attempt has left
  chargebee.setPortalSession(createSession);
  const callbacks = PORTAL_CALLBACKS.map((name) => [name, (data) => report(name, data)]);
  chargebee.createChargebeePortal().open({
    ...Object.fromEntries(callbacks),
    close() {
      // Without it the next opening would ask for no session, and show this customer again for as long as Chargebee’s session lasts.
      chargebee.logout();
      report('close');
    },
  });
}

/** Opens the page for payment methods alone, within the click. */
export function openPaymentSources(createPage, report) {
  chargebee.closeAll();
  chargebee.openCheckout({
    hostedPage: createPage,
    loaded: () => report('loaded'),
    success: (hostedPageId) => report('success', hostedPageId),
    close: () => report('close'),
  });
}

/** Closes what is open and ends the session at Chargebee. */
export function logout() {
  chargebee?.closeAll();
  chargebee?.logout();
}

export const closeAll = () => chargebee?.closeAll();
