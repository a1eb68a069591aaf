import type { PortalEvent } from './portal-events';

// The callbacks, by the field that takes what they are called with; the first ones with nothing, or the fields themselves.
const CALLBACKS: Record<string, string> = {
  '':
    'loaded close paymentSourceRemove ' +
    'subscriptionChanged subscriptionCustomFieldsChanged subscriptionCancelled subscriptionResumed ' +
    'subscriptionPaused scheduledPauseRemoved scheduledCancellationRemoved subscriptionReactivated subscriptionExtended',
  sectionType: 'visit',
  status: 'paymentSourceAdd paymentSourceUpdate',
  step: 'step',
  hostedPageId: 'success',
};

/** Makes the callbacks for chargebee.js, each told on as a typed event. */
export function chargebeeCallbacks(
  tell: (event: PortalEvent) => void,
  error: (cause: unknown) => void,
): object {
  const callbacks: Record<string, (data?: object) => void> = { error };
  for (const field in CALLBACKS) {
    for (const type of CALLBACKS[field].split(' ')) {
      callbacks[type] = (data) =>
        tell({ type, ...(field ? { [field]: data } : data) } as PortalEvent);
    }
  }
  return callbacks;
}
