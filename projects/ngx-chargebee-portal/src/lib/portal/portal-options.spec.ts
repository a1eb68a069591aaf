import type { PortalOpenOptions } from './portal-options';

/** Accepts the options of openings, for the compiler to check. */
const accept = (...options: PortalOpenOptions[]): number => options.length;

describe('The options of an opening', () => {
  it('do not compile without the parameters that the section requires', () => {
    const accepted = accept(
      {},
      { customerId: 'bakery' },
      { section: 'BILLING_HISTORY' },
      { section: 'EDIT_SUBSCRIPTION', params: { subscriptionId: 'sub-1' } },
      { section: 'VIEW_PAYMENT_SOURCE', params: { paymentSourceId: 'pm-1' } },
    );
    // @ts-expect-error It needs a subscriptionId.
    accept({ section: 'EDIT_SUBSCRIPTION' });
    // @ts-expect-error It needs a paymentSourceId.
    accept({ section: 'EDIT_PAYMENT_SOURCE', params: { subscriptionId: 'sub-1' } });
    // @ts-expect-error There is no such section.
    accept({ section: 'INVOICES' });
    expect(accepted).toBe(5);
  });
});
