import type Chargebee from '@chargebee/chargebee-js-types';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { BillingError, createPaymentSourcesPage, createPortalSession } from './backend';

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

/** The only instance of chargebee.js on the page. Undefined if the script could not be loaded. */
const chargebee = (window.Chargebee as Chargebee | undefined)?.init({ site, domain });

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
  // Responses arrive later, when another user may have signed in: compare with the latest token, not that of the first render.
  const latest = useRef({ token, onSignedOut });
  useEffect(() => {
    latest.current = { token, onSignedOut };
  });
  useEffect(() => () => chargebee?.closeAll(), []);

  const openers = useMemo(() => {
    const report = (name: string) => (data?: unknown) =>
      setEvents((before) => [...before, { name, data }]);

    /** Returns a callback for chargebee.js that requests a session or hosted page from the backend. It shows errors. */
    function withErrors<Resource>(request: (token: string) => Promise<Resource>) {
      const user = latest.current.token;
      return async () => {
        try {
          if (!user) throw new BillingError('Sign in first.');
          return await request(user);
        } catch (error) {
          if (user === latest.current.token && error instanceof BillingError) {
            chargebee?.closeAll(); // otherwise the modal or window would keep loading
            if (error.code === 'UNAUTHENTICATED') latest.current.onSignedOut();
            setProblem(error.message);
          }
          throw error;
        }
      };
    }

    /** Returns the instance with nothing open. Shows an error, and returns undefined, if chargebee.js could not be loaded. */
    function prepareInstance() {
      setProblem(
        chargebee ? '' : 'Billing could not be loaded. Check your connection, and reload the page.',
      );
      chargebee?.closeAll(); // left open by a failed attempt
      return chargebee;
    }

    return {
      openPortal: () => {
        const instance = prepareInstance();
        if (!instance) return;
        instance.setPortalSession(withErrors(createPortalSession));
        instance.createChargebeePortal().open({
          ...Object.fromEntries(PORTAL_CALLBACKS.map((name) => [name, report(name)])),
          close() {
            // Otherwise chargebee.js stays logged in: the next opening would show this customer, and not request a session.
            instance.logout();
            report('close')();
          },
        });
      },
      openPaymentSources: () => {
        prepareInstance()?.openCheckout({
          hostedPage: withErrors(createPaymentSourcesPage),
          loaded: report('loaded'),
          success: report('success'),
          close: report('close'),
        });
      },
    };
  }, []);

  /** Closes the portal or page and ends the session at Chargebee. */
  const logout = useCallback(() => {
    chargebee?.closeAll();
    chargebee?.logout();
    setEvents([]);
    setProblem('');
  }, []);

  return { events, problem, setProblem, logout, ...openers };
}
