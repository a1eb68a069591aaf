import { SUBSCRIPTION_EVENTS, type PortalEvent } from './portal-events';

/** The callbacks that chargebee.js is given, each told on as a typed event. */
export function chargebeeCallbacks(
  event: (event: PortalEvent) => void,
  error: (cause: unknown) => void,
): object {
  const onSubscription = SUBSCRIPTION_EVENTS.map((type) => [
    type,
    ({ subscription }: { subscription: { id: string } }) =>
      event({ type, subscription: { id: subscription.id } }),
  ]);
  return {
    ...(Object.fromEntries(onSubscription) as object),
    loaded: () => event({ type: 'loaded' }),
    close: () => event({ type: 'close' }),
    visit: (sectionType: string) => event({ type: 'visit', sectionType }),
    paymentSourceAdd: (status?: string) => event({ type: 'paymentSourceAdd', status }),
    paymentSourceUpdate: (status?: string) => event({ type: 'paymentSourceUpdate', status }),
    paymentSourceRemove: () => event({ type: 'paymentSourceRemove' }),
    step: (step: string) => event({ type: 'step', step }),
    success: (hostedPageId: string) => event({ type: 'success', hostedPageId }),
    error,
  };
}
