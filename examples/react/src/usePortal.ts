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

/** One for the page: chargebee.js has a single instance. Undefined when the script could not be loaded. */
const chargebee = (window.Chargebee as Chargebee | undefined)?.init({ site, domain });

export interface PortalEvent {
  name: string;
  data?: unknown;
}

/**
 * Chargebee’s portal for the user with this access token. Call what opens it within the click: on phones it opens a window,
 * which the browser blocks otherwise.
 *
 * @param onSignedOut called when the backend no longer accepts the token
 */
export function usePortal(token: string | undefined, onSignedOut: () => void) {
  const [events, setEvents] = useState<PortalEvent[]>([]);
  const [problem, setProblem] = useState('');
  // What is opened answers later, when somebody else may have signed in.
  const current = useRef({ token, onSignedOut });
  useEffect(() => {
    current.current = { token, onSignedOut };
  });
  useEffect(() => () => chargebee?.closeAll(), []);

  const openers = useMemo(() => {
    const report = (name: string) => (data?: unknown) =>
      setEvents((before) => [...before, { name, data }]);

    /** Gets from the backend what chargebee.js opens, and reports errors. */
    function create<Resource>(request: (token: string) => Promise<Resource>) {
      const user = current.current.token;
      return async () => {
        try {
          if (!user) throw new BillingError('Sign in first.');
          return await request(user);
        } catch (error) {
          if (user === current.current.token && error instanceof BillingError) {
            chargebee?.closeAll(); // what has been opened would wait for ever
            if (error.code === 'UNAUTHENTICATED') current.current.onSignedOut();
            setProblem(error.message);
          }
          throw error;
        }
      };
    }

    /** The instance, free for another opening. */
    function ready() {
      setProblem(
        chargebee ? '' : 'Billing could not be loaded. Check your connection, and reload the page.',
      );
      chargebee?.closeAll(); // whatever an earlier attempt has left
      return chargebee;
    }

    return {
      openPortal: () => {
        const instance = ready();
        if (!instance) return;
        instance.setPortalSession(create(createPortalSession));
        instance.createChargebeePortal().open({
          ...Object.fromEntries(PORTAL_CALLBACKS.map((name) => [name, report(name)])),
          close() {
            // Without it the next opening would ask for no session, and show this customer again for as long as Chargebee’s session lasts.
            instance.logout();
            report('close')();
          },
        });
      },
      openPaymentSources: () => {
        ready()?.openCheckout({
          hostedPage: create(createPaymentSourcesPage),
          loaded: report('loaded'),
          success: report('success'),
          close: report('close'),
        });
      },
    };
  }, []);

  /** Closes what is open and ends the session at Chargebee. */
  const logout = useCallback(() => {
    chargebee?.closeAll();
    chargebee?.logout();
    setEvents([]);
    setProblem('');
  }, []);

  return { events, problem, setProblem, logout, ...openers };
}
