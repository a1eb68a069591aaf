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
 * Opens Chargebee’s portal for the user whose access token is in `token`.
 *
 * @param {import('vue').Ref<string | undefined>} token
 * @returns the portal’s callbacks in `events`, an error message in `problem`, and functions. Call `openPortal` and
 *   `openPaymentSources` synchronously in the click handler: on phones they open a window, which the browser would block later.
 */
export function usePortal(token) {
  const events = ref([]);
  const problem = ref('');
  // Undefined if chargebee.js could not be loaded.
  const chargebee = window.Chargebee?.init({ site, domain });

  const report = (name) => (data) => events.value.push({ name, data });

  /** Returns a callback for chargebee.js that requests a session or hosted page from the backend. It shows errors. */
  function withErrors(request) {
    const user = token.value;
    return async () => {
      try {
        return await request(user);
      } catch (error) {
        if (user !== token.value) throw error; // the user has signed out
        chargebee.closeAll(); // otherwise the modal or window would keep loading
        if (error.code === 'UNAUTHENTICATED') token.value = undefined;
        problem.value = error.message;
        throw error;
      }
    };
  }

  /** Returns the instance with nothing open. Shows an error, and returns undefined, if chargebee.js could not be loaded. */
  function prepareInstance() {
    problem.value = chargebee
      ? ''
      : 'Billing could not be loaded. Check your connection, and reload the page.';
    chargebee?.closeAll(); // left open by a failed attempt
    return chargebee;
  }

  function openPortal() {
    if (!prepareInstance()) return;
    chargebee.setPortalSession(withErrors(createPortalSession));
    chargebee.createChargebeePortal().open({
      ...Object.fromEntries(PORTAL_CALLBACKS.map((name) => [name, report(name)])),
      close() {
        // Otherwise chargebee.js stays logged in: the next opening would show this customer, and not request a session.
        chargebee.logout();
        report('close')();
      },
    });
  }

  function openPaymentSources() {
    prepareInstance()?.openCheckout({
      hostedPage: withErrors(createPaymentSourcesPage),
      loaded: report('loaded'),
      success: report('success'),
      close: report('close'),
    });
  }

  /** Closes the portal or page and ends the session at Chargebee. */
  function logout() {
    chargebee?.closeAll();
    chargebee?.logout();
    events.value = [];
    problem.value = '';
  }

  onScopeDispose(() => chargebee?.closeAll());

  return { events, problem, openPortal, openPaymentSources, logout };
}
