import type { PortalEvent } from './portal-events';

// The callbacks, by what they are called with; the last ones with `{ subscription }`.
const CALLBACKS: Record<string, string> = {
  '': 'loaded close paymentSourceRemove',
  sectionType: 'visit',
  status: 'paymentSourceAdd paymentSourceUpdate',
  step: 'step',
  hostedPageId: 'success',
  subscription:
    'subscriptionChanged subscriptionCustomFieldsChanged subscriptionCancelled subscriptionResumed ' +
    'subscriptionPaused scheduledPauseRemoved scheduledCancellationRemoved subscriptionReactivated subscriptionExtended',
};

/**
 * Makes sets of callbacks for chargebee.js, each callback told on as a typed event. Where it is given more than one set,
 * it may call them all: the set that is called first is heard, and the others are not.
 */
export function chargebeeCallbacks(
  tell: (event: PortalEvent) => void,
  error: (cause: unknown) => void,
): () => object {
  let heard: object | undefined;
  return () => {
    const callbacks: Record<string, (data?: never) => void> = { error };
    for (const field in CALLBACKS) {
      for (const type of CALLBACKS[field].split(' ')) {
        callbacks[type] = (data) => {
          heard ??= callbacks;
          if (heard !== callbacks) return;
          const event: Record<string, unknown> = { type };
          if (field) event[field] = field === 'subscription' ? data?.[field] : data;
          tell(event as PortalEvent);
        };
      }
    }
    return callbacks;
  };
}
