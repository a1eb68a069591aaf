import { useEffect, useRef, useState } from 'react';
import { BillingError, createPaymentSourcesPage, createPortalSession } from './backend';
import { closeAll, isReady, logout, openPaymentSources, openPortal } from './portal';

export interface PortalEvent {
  name: string;
  data?: unknown;
}

/**
 * Opens Chargebee’s portal for the user with this access token. Call `openPortal` and `openPaymentSources` synchronously in
 * the click handler: on phones they open a window, which the browser would block later.
 *
 * @param onSignedOut called when the backend no longer accepts the token
 */
export function usePortal(token: string | undefined, onSignedOut: () => void) {
  const [events, setEvents] = useState<PortalEvent[]>([]);
  const [problem, setProblem] = useState('');
  // Responses arrive later, when another user may have signed in: compare with the latest token, not that of the click.
  const latest = useRef({ token, onSignedOut });
  useEffect(() => {
    latest.current = { token, onSignedOut };
  });
  useEffect(() => () => closeAll(), []);

  const report = (name: string, data?: unknown) =>
    setEvents((before) => [...before, { name, data }]);

  /** Returns a callback for chargebee.js that requests a session or hosted page from the backend. It shows errors. */
  function showingErrors<Resource>(request: (token: string) => Promise<Resource>) {
    return async () => {
      try {
        if (!token) throw new BillingError('Sign in first.');
        return await request(token);
      } catch (error) {
        if (token === latest.current.token && error instanceof BillingError) {
          closeAll(); // otherwise the modal or window would keep loading
          if (error.code === 'UNAUTHENTICATED') latest.current.onSignedOut();
          setProblem(error.message);
        }
        throw error;
      }
    };
  }

  /** Runs an opener, or shows an error if chargebee.js could not be loaded. */
  function open(opener: () => void) {
    setProblem(
      isReady ? '' : 'Billing could not be loaded. Check your connection, and reload the page.',
    );
    if (isReady) opener();
  }

  return {
    events,
    problem,
    setProblem,
    openPortal: () => open(() => openPortal(showingErrors(createPortalSession), report)),
    openPaymentSources: () =>
      open(() => openPaymentSources(showingErrors(createPaymentSourcesPage), report)),
    logout() {
      logout();
      setEvents([]);
      setProblem('');
    },
  };
}
