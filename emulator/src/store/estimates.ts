import { invalidState } from '../errors.js';
import type { StoreCore } from './core.js';
import type { Customers } from './customers.js';
import type { Invoices } from './invoices.js';
import type { Rehearse } from './rehearsal.js';
import type { Invoice, Subscription } from './resources.js';
import type { WantedItem } from './subscription-items.js';
import type { NewSubscription, Subscriptions } from './subscriptions.js';

/** The invoice and credits that an operation would create. */
export interface Estimate {
  /** The subscription after the operation. */
  subscription: Subscription;
  /** The invoice that the operation creates immediately. */
  invoice?: Invoice;
  /** If nothing is billed immediately: the invoice of the next term. */
  next_invoice?: Invoice;
  credits: EstimatedCredit[];
}

/** An amount that an operation would credit. */
export interface EstimatedCredit {
  /** `adjustment` reduces the amount due of an invoice. `refundable` becomes credit for later invoices. */
  type: 'adjustment' | 'refundable';
  invoice: Invoice;
  amount: number;
  /** The part that pays the estimated invoice. */
  allocated: number;
}

export interface EstimateOptions {
  /** Whether the customer's credits pay estimated invoices. The default is true, as in Chargebee. */
  use_existing_balances?: boolean | undefined;
}

export interface RenewalOptions extends EstimateOptions {
  ignore_scheduled_changes?: boolean | undefined;
  ignore_scheduled_cancellation?: boolean | undefined;
}

/** Estimates operations by rehearsing them: see `Store.rehearse`. */
export class Estimates {
  constructor(
    private readonly core: StoreCore,
    private readonly rehearse: Rehearse,
    private readonly customers: Customers,
    private readonly invoices: Invoices,
    private readonly subscriptions: Subscriptions,
  ) {}

  /**
   * Estimates a new subscription, of a customer that may not exist yet.
   * @throws ChargebeeError See `Subscriptions.create`.
   */
  create(
    customerId: string | undefined,
    input: NewSubscription,
    options?: EstimateOptions,
  ): Estimate {
    return this.rehearse(() => {
      const id = customerId ?? this.customers.create({}).id;
      return this.operation(id, () => this.subscriptions.create(id, input), options);
    });
  }

  /**
   * Estimates a change of the items of a subscription. Without items, the subscription stays as it is.
   * @throws ChargebeeError See `Subscriptions.updateItems`.
   */
  update(
    id: string,
    items: readonly WantedItem[] | undefined,
    change: { replace: boolean; at: 'now' | 'term_end' },
    options?: EstimateOptions,
  ): Estimate {
    return this.rehearse(() =>
      this.operation(
        this.#customerOf(id),
        () =>
          items
            ? this.subscriptions.updateItems(id, {}, items, change)
            : this.subscriptions.retrieve(id),
        options,
      ),
    );
  }

  /** Estimates the next renewal. @throws ChargebeeError `invalid_state_for_request` when the subscription is not billed again */
  renewal(id: string, options: RenewalOptions = {}): Estimate {
    return this.rehearse(() => {
      const { status, has_scheduled_changes } = this.subscriptions.retrieve(id);
      if (options.ignore_scheduled_cancellation && status === 'non_renewing') {
        this.subscriptions.removeScheduledCancellation(id);
      }
      if (options.ignore_scheduled_changes && has_scheduled_changes) {
        this.subscriptions.removeScheduledChanges(id);
      }
      const estimate = this.operation(this.#customerOf(id), () => this.#billNext(id), options);
      if (!estimate.invoice) throw invalidState(`The subscription ${id} is not billed again.`);
      return estimate;
    });
  }

  /** Estimates the next invoice of each of a customer's subscriptions. @throws ChargebeeError `resource_not_found` */
  upcomingInvoices(customerId: string): Invoice[] {
    this.customers.retrieve(customerId);
    return this.subscriptions
      .forCustomer(customerId)
      .flatMap(({ id }) => this.rehearse(() => this.#invoicesOf(id, () => this.#billNext(id))));
  }

  /** Estimates an operation on a customer's subscription. @throws ChargebeeError of the operation */
  operation(
    customerId: string,
    operation: () => Subscription,
    { use_existing_balances: useBalances = true }: EstimateOptions = {},
  ): Estimate {
    return this.rehearse(() => {
      if (!useBalances) {
        this.core.tables.customers.update(customerId, { refundable_credits: 0 });
      }
      const before = this.core.tables.invoices.dump();
      const balanceBefore = this.#creditBalance(customerId);
      const subscription = operation();
      const [invoice] = this.#newInvoices(subscription.id, before);
      const used = invoice?.credits_applied ?? 0;
      // The new invoice may have used new credits already, so they are no longer in the balance.
      const refundable = Math.max(0, this.#creditBalance(customerId) + used - balanceBefore);
      const credits = this.#createdCredits(subscription.id, before, refundable, used);
      if (invoice) return { subscription, invoice, credits };
      const [next_invoice] = this.#invoicesOf(subscription.id, () =>
        this.#billNext(subscription.id),
      );
      return { subscription, credits, ...(next_invoice ? { next_invoice } : {}) };
    });
  }

  /** Applies the subscription's changes up to its next billing. */
  #billNext(id: string): Subscription {
    const subscription = this.subscriptions.retrieve(id);
    const { next_billing_at } = subscription;
    return next_billing_at === undefined
      ? subscription
      : this.subscriptions.applyDueChanges(id, next_billing_at);
  }

  #invoicesOf(id: string, operation: () => unknown): Invoice[] {
    const before = this.core.tables.invoices.dump();
    operation();
    return this.#newInvoices(id, before);
  }

  #newInvoices(subscriptionId: string, before: readonly Invoice[]): Invoice[] {
    const ids = new Set(before.map(({ id }) => id));
    return this.invoices.forSubscription(subscriptionId).filter(({ id }) => !ids.has(id));
  }

  /**
   * Returns the credits that an operation has created.
   * @param before the invoices before the operation
   * @param refundable the amount that became credit for later invoices
   * @param used the amount of credits that pays the operation's invoice
   */
  #createdCredits(
    subscriptionId: string,
    before: readonly Invoice[],
    refundable: number,
    used: number,
  ): EstimatedCredit[] {
    const own = before.filter(({ subscription_id }) => subscription_id === subscriptionId);
    const adjustments = own.flatMap((invoice): EstimatedCredit[] => {
      const { amount_adjusted } = this.invoices.retrieve(invoice.id);
      const amount = amount_adjusted - invoice.amount_adjusted;
      return amount > 0 ? [{ type: 'adjustment', invoice, amount, allocated: amount }] : [];
    });
    const paid = own.findLast(
      ({ amount_paid, credits_applied }) => amount_paid + credits_applied > 0,
    );
    if (refundable === 0 || !paid) return adjustments;
    const allocated = Math.min(refundable, used);
    return [...adjustments, { type: 'refundable', invoice: paid, amount: refundable, allocated }];
  }

  #creditBalance(customerId: string): number {
    return this.customers.retrieve(customerId).refundable_credits;
  }

  #customerOf(subscriptionId: string): string {
    return this.subscriptions.retrieve(subscriptionId, 'subscription[id]').customer_id;
  }
}
