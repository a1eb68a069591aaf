import { onScopeDispose, ref } from 'vue';
import { createPaymentSourcesPage, createPortalSession } from './backend.js';
import { closeAll, isReady, logout, openPaymentSources, openPortal } from './portal.js';

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

  const report = (name, data) => events.value.push({ name, data });

  /**
   * Opens the portal or a hosted page, and shows errors.
   *
   * @param opener `openPortal` or `openPaymentSources`
   * @param create requests the session or hosted page from the backend
   */
  function open(opener, create) {
    problem.value = isReady
      ? ''
      : 'Billing could not be loaded. Check your connection, and reload the page.';
    if (!isReady) return;
    const tokenAtClick = token.value;
    opener(async () => {
      try {
        return await create(tokenAtClick);
      } catch (error) {
        if (tokenAtClick !== token.value) throw error; // the user has signed out
        closeAll(); // otherwise the modal or window would keep loading
        if (error.code === 'UNAUTHENTICATED') token.value = undefined;
        problem.value = error.message;
        throw error;
      }
    }, report);
  }

  onScopeDispose(closeAll);

  return {
    events,
    problem,
    openPortal: () => open(openPortal, createPortalSession),
    openPaymentSources: () => open(openPaymentSources, createPaymentSourcesPage),
    logout() {
      logout();
      events.value = [];
      problem.value = '';
    },
  };
}
