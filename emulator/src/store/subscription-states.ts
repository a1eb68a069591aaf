import { invalidState } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import type { StoreEventType } from './events.js';
import type { Invoices } from './invoices.js';
import type { Subscription, SubscriptionStatus } from './resources.js';
import { billTerm, termFrom } from './subscription-terms.js';

/** The attributes that a subscription has or loses when it is cancelled. */
export const CANCELLED: Partial<Subscription> = {
  status: 'cancelled',
  cancel_schedule_created_at: undefined,
  next_billing_at: undefined,
  pause_date: undefined,
  resume_date: undefined,
  has_scheduled_changes: false,
  changes_scheduled_at: undefined,
};

/** How subscriptions go from one state to the next: every change is written, recorded and, where a term begins, billed. */
export class SubscriptionStates {
  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
  ) {}

  /** The subscription, when it is in one of these states. @throws ChargebeeError `invalid_state_for_request` */
  require(id: string, statuses: readonly SubscriptionStatus[], done: string): Subscription {
    const subscription = this.core.tables.subscriptions.require(id);
    if (!statuses.includes(subscription.status)) {
      throw invalidState(`A subscription that is ${subscription.status} cannot be ${done}.`);
    }
    return subscription;
  }

  write({ id }: Subscription, type: StoreEventType, changes: Partial<Subscription>): Subscription {
    if (changes.status === 'cancelled') this.core.tables.scheduled_changes.delete(id);
    const written = this.core.tables.subscriptions.update(id, changes);
    this.core.events.record(type, written.customer_id, id);
    return written;
  }

  /** Goes on with the running term, or begins a new one now and bills it. */
  goOn(
    subscription: Subscription,
    type: StoreEventType,
    changes: Partial<Subscription>,
  ): Subscription {
    const now = this.core.clock.now();
    if ((subscription.current_term_end ?? 0) > now) return this.write(subscription, type, changes);
    return this.#bill(
      this.write(subscription, type, { ...changes, ...termFrom(now, subscription) }),
    );
  }

  /** Begins the next term where the last one ended, and bills it. */
  renew(subscription: Subscription, type: StoreEventType, from: number): Subscription {
    return this.#bill(
      this.write(subscription, type, {
        status: 'active',
        ...(subscription.started_at === undefined ? { started_at: from } : {}),
        ...(subscription.activated_at === undefined ? { activated_at: from } : {}),
        ...termFrom(from, subscription),
      }),
    );
  }

  #bill(subscription: Subscription): Subscription {
    billTerm(subscription, this.catalogue, this.invoices);
    return this.core.tables.subscriptions.require(subscription.id);
  }
}
