import { onScopeDispose, ref } from 'vue';
import { createPaymentSourcesPage, createPortalSession } from './backend.js';

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

/**
 * Chargebee’s portal for the user whose access token is in `token`.
 *
 * @param {import('vue').Ref<string | undefined>} token
 * @returns what the portal reports in `events`, what went wrong in `problem`, and the functions that open and end it.
 *   Call those that open within the click: on phones they open a window, which the browser blocks otherwise.
 */
export function usePortal(token) {
  const events = ref([]);
  const problem = ref('');
  // Undefined when the script could not be loaded.
  const chargebee = window.Chargebee?.init({ site, domain });

  const report = (name) => (data) => events.value.push({ name, data });

  /** Gets from the backend what chargebee.js opens, and tells what goes wrong. */
  function create(request) {
    const user = token.value;
    return async () => {
      try {
        return await request(user);
      } catch (error) {
        if (user !== token.value) throw error; // of somebody who has signed out
        chargebee.closeAll(); // what has been opened would wait for ever
        if (error.code === 'UNAUTHENTICATED') token.value = undefined;
        problem.value = error.message;
        throw error;
      }
    };
  }

  function isReady() {
    problem.value = chargebee
      ? ''
      : 'Billing could not be loaded. Check your connection, and reload the page.';
    chargebee?.closeAll(); // whatever an earlier attempt has left
    return chargebee !== undefined;
  }

  function openPortal() {
    if (!isReady()) return;
    chargebee.setPortalSession(create(createPortalSession));
    chargebee.createChargebeePortal().open({
      ...Object.fromEntries(PORTAL_CALLBACKS.map((name) => [name, report(name)])),
      close() {
        // Without it the next opening would ask for no session, and show this customer again for as long as Chargebee’s session lasts.
        chargebee.logout();
        report('close')();
      },
    });
  }

  function openPaymentSources() {
    if (!isReady()) return;
    chargebee.openCheckout({
      hostedPage: create(createPaymentSourcesPage),
      loaded: report('loaded'),
      success: report('success'),
      close: report('close'),
    });
  }

  /** Closes what is open and ends the session at Chargebee. */
  function logout() {
    chargebee?.closeAll();
    chargebee?.logout();
    events.value = [];
    problem.value = '';
  }

  onScopeDispose(() => chargebee?.closeAll());

  return { events, problem, openPortal, openPaymentSources, logout };
}
