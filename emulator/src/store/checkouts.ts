import type { CustomerDetails, Customers } from './customers.js';
import type { Estimate, Estimates } from './estimates.js';
import type { Invoices } from './invoices.js';
import { isChargeable } from './payment-sources.js';
import type { PaymentSources } from './payment-sources.js';
import type { StoreCore } from './core.js';
import type { Rehearse } from './rehearsal.js';
import type {
  Address,
  Customer,
  HostedPageContent,
  PaymentSource,
  Subscription,
} from './resources.js';
import type { WantedItem } from './subscription-items.js';
import type { NewSubscription, Subscriptions } from './subscriptions.js';

/** A checkout of a new subscription. */
export interface NewCheckout {
  kind: 'new';
  /** If no customer has the id, or there is no id, the checkout creates the customer with these details. */
  customer: CustomerDetails & { id?: string; vat_number?: string; billing_address?: Address };
  subscription: NewSubscription;
}

/** A checkout that changes or reactivates a subscription. Without items, it does not change the subscription's items. */
export interface ExistingCheckout {
  kind: 'existing';
  subscription_id: string;
  items?: readonly WantedItem[];
  replace: boolean;
  at: 'now' | 'term_end';
  /** Whether to reactivate a cancelled subscription. */
  reactivate: boolean;
}

export type Checkout = NewCheckout | ExistingCheckout;

/** The input of the customer on the checkout page. */
export interface CheckoutDetails {
  email?: string | undefined;
}

/** The result that a checkout would have now. */
export interface CheckoutPreview extends Estimate {
  customer: Customer;
  /** The card that pays. Undefined when the invoice is not charged to a card. */
  payment_source?: PaymentSource;
}

/** The card for customers without one. It does not expire before the latest time of the emulator's clock. */
const TEST_CARD = { number: '4242424242424242', expiry_month: 12, expiry_year: 2100 };

/** Previews and completes checkouts. */
export class Checkouts {
  constructor(
    private readonly core: StoreCore,
    private readonly rehearse: Rehearse,
    private readonly customers: Customers,
    private readonly paymentSources: PaymentSources,
    private readonly invoices: Invoices,
    private readonly subscriptions: Subscriptions,
    private readonly estimates: Estimates,
  ) {}

  /** Returns the customer of a checkout, if it exists already. @throws ChargebeeError `resource_not_found` */
  customerOf(checkout: Checkout): Customer | undefined {
    if (checkout.kind === 'new') return this.customers.get(checkout.customer.id ?? '');
    return this.#ownerOf(checkout.subscription_id);
  }

  /** Returns the result that a checkout would have. @throws ChargebeeError when it cannot be completed */
  preview(checkout: Checkout): CheckoutPreview {
    return this.rehearse(() => {
      const customer = this.#prepareCustomer(checkout);
      const payment_source = this.#preparePayment(checkout, customer);
      const estimate = this.estimates.operation(customer.id, () =>
        this.#applyTo(checkout, customer.id),
      );
      return { ...estimate, customer, ...(payment_source ? { payment_source } : {}) };
    });
  }

  /** Completes a checkout. Returns the resources that it has created or changed. @throws ChargebeeError */
  complete(checkout: Checkout, details: CheckoutDetails = {}): HostedPageContent {
    // Throws if the checkout would fail, so that it cannot fail after the customer has been created.
    this.preview(checkout);
    const { id } = this.#prepareCustomer(checkout, details);
    const card = this.#preparePayment(checkout, this.customers.retrieve(id));
    const before = new Set(this.core.tables.invoices.dump().map((invoice) => invoice.id));
    const subscription = this.#applyTo(checkout, id);
    const invoice = this.invoices
      .forSubscription(subscription.id)
      .find((one) => !before.has(one.id));
    return {
      customer: this.customers.retrieve(id),
      subscription,
      ...(invoice ? { invoice } : {}),
      ...(card ? { card } : {}),
    };
  }

  #prepareCustomer(checkout: Checkout, { email }: CheckoutDetails = {}): Customer {
    if (checkout.kind === 'existing') return this.#ownerOf(checkout.subscription_id);
    const existing = this.customerOf(checkout);
    if (existing) return existing;
    const { vat_number, ...details } = checkout.customer;
    const customer = this.customers.create({ ...details, ...(email ? { email } : {}) });
    return vat_number ? this.customers.updateBillingInfo(customer.id, { vat_number }) : customer;
  }

  #ownerOf(subscriptionId: string): Customer {
    const { customer_id } = this.subscriptions.retrieve(subscriptionId, 'subscription[id]');
    return this.customers.retrieve(customer_id);
  }

  /** Returns the card to charge. Adds a test card if the customer has no valid card, as if the customer had entered it on the page. */
  #preparePayment(checkout: Checkout, customer: Customer): PaymentSource | undefined {
    const subscription =
      checkout.kind === 'new'
        ? checkout.subscription
        : this.subscriptions.retrieve(checkout.subscription_id);
    if ((subscription.auto_collection ?? customer.auto_collection) === 'off') return undefined;
    const chosen = subscription.payment_source_id;
    const source =
      chosen === undefined
        ? this.paymentSources.primaryOf(customer.id)
        : this.paymentSources.retrieve(chosen, 'payment_source_id');
    if (source && isChargeable(this.core.clock.now(), source.card)) return source;
    const added = this.paymentSources.addCard(customer.id, TEST_CARD, { primary: true });
    if (checkout.kind === 'existing' && chosen !== undefined) {
      this.subscriptions.choosePaymentSource(checkout.subscription_id, added.id);
    }
    return added;
  }

  /** Creates, changes or reactivates the subscription. */
  #applyTo(checkout: Checkout, customerId: string): Subscription {
    if (checkout.kind === 'new') {
      return this.subscriptions.create(customerId, checkout.subscription);
    }
    const { subscription_id: id, items, replace, at } = checkout;
    const { status } = this.subscriptions.retrieve(id);
    if (items) return this.subscriptions.updateItems(id, {}, items, { replace, at });
    return status === 'cancelled' && checkout.reactivate
      ? this.subscriptions.reactivate(id)
      : this.subscriptions.retrieve(id);
  }
}
