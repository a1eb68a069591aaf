import { SUBSCRIPTION_EVENTS, type PortalEvent } from './portal-events';

/**
 * Makes sets of callbacks for chargebee.js, each callback told on as a typed event. Where it is given more than one set,
 * it may call them all: the set that is called first is heard, and the others are not.
 */
export function chargebeeCallbacks(
  event: (event: PortalEvent) => void,
  error: (cause: unknown) => void,
): () => object {
  let heard: object | undefined;
  return () => {
    const tell = (each: PortalEvent): void => {
      heard ??= callbacks;
      if (heard === callbacks) event(each);
    };
    const callbacks: Record<string, (data: never) => void> = {
      loaded: () => tell({ type: 'loaded' }),
      close: () => tell({ type: 'close' }),
      visit: (sectionType: string) => tell({ type: 'visit', sectionType }),
      paymentSourceAdd: (status?: string) => tell({ type: 'paymentSourceAdd', status }),
      paymentSourceUpdate: (status?: string) => tell({ type: 'paymentSourceUpdate', status }),
      paymentSourceRemove: () => tell({ type: 'paymentSourceRemove' }),
      step: (step: string) => tell({ type: 'step', step }),
      success: (hostedPageId: string) => tell({ type: 'success', hostedPageId }),
      error,
    };
    for (const type of SUBSCRIPTION_EVENTS) {
      callbacks[type] = ({ subscription }: { subscription: { id: string } }) =>
        tell({ type, subscription: { id: subscription.id } });
    }
    return callbacks;
  };
}
