import type { PortalEvent } from '../portal/portal-events';

/** The callbacks of chargebee.js by argument: the key is the member of the event that is set to the argument. */
const CALLBACKS: Record<string, string> = {
  // No argument, or an object with the members of the event.
  '':
    'loaded close paymentSourceRemove ' +
    'subscriptionChanged subscriptionCustomFieldsChanged subscriptionCancelled subscriptionResumed ' +
    'subscriptionPaused scheduledPauseRemoved scheduledCancellationRemoved subscriptionReactivated subscriptionExtended',
  sectionType: 'visit',
  status: 'paymentSourceAdd paymentSourceUpdate',
  step: 'step',
  hostedPageId: 'success',
};

/** Creates the callbacks for chargebee.js. They convert its calls to events. */
export function createCallbacks(
  onEvent: (event: PortalEvent) => void,
  onError: (cause: unknown) => void,
): object {
  const callbacks: Record<string, (data?: object) => void> = { error: onError };
  for (const [member, types] of Object.entries(CALLBACKS)) {
    for (const type of types.split(' ')) {
      callbacks[type] = (data) =>
        onEvent({ type, ...(member ? { [member]: data } : data) } as PortalEvent);
    }
  }
  return callbacks;
}
