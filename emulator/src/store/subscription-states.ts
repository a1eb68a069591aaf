import { invalidState } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import type { StoreEventType } from './events.js';
import type { Invoices } from './invoices.js';
import type { PlanChanges } from './plan-changes.js';
import type { Subscription, SubscriptionStatus } from './resources.js';
import { billTerm, firstTerm, nextTerm, nextTermStart } from './subscription-terms.js';

/** The attributes that a subscription has or loses when it is cancelled. */
export const CANCELLED: Partial<Subscription> = {
  status: 'cancelled',
  cancel_schedule_created_at: undefined,
  next_billing_at: undefined,
  pause_date: undefined,
  resume_date: undefined,
  has_scheduled_changes: false,
};

/** How subscriptions go from one state to the next: every change is written, recorded and, where a term begins, billed. */
export class SubscriptionStates {
  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
    private readonly planChanges: PlanChanges,
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
    const after = { ...this.core.tables.subscriptions.require(id), ...changes };
    if (!after.has_scheduled_changes) this.core.tables.scheduled_changes.delete(id);
    const written = this.core.tables.subscriptions.update(id, {
      ...changes,
      changes_scheduled_at: after.has_scheduled_changes ? nextTermStart(after) : undefined,
    });
    this.core.events.record(type, written.customer_id, id);
    return written;
  }

  /** Begins a term at a time, from which the later ones are counted, and bills it. */
  begin(
    before: Subscription,
    type: StoreEventType,
    start: number,
    changes: Partial<Subscription> = {},
  ): Subscription {
    const subscription = this.planChanges.applyScheduled(before);
    return this.#bill(subscription, type, {
      status: 'active',
      started_at: subscription.started_at ?? start,
      activated_at: subscription.activated_at ?? start,
      ...changes,
      ...firstTerm(start, subscription),
    });
  }

  /** Goes on after a pause, at a time: with the term that runs then, or with a new one. */
  resume(subscription: Subscription, at: number): Subscription {
    const { current_term_end } = subscription;
    const resumed = { pause_date: undefined, resume_date: undefined };
    if (current_term_end === undefined || current_term_end <= at) {
      return this.begin(subscription, 'subscription_resumed', at, resumed);
    }
    return this.write(subscription, 'subscription_resumed', {
      ...resumed,
      status: 'active',
      next_billing_at: current_term_end,
    });
  }

  /** Begins the term after the current one, or the later one in which a time lies, and bills it. */
  renew(before: Subscription, time: number): Subscription {
    const subscription = this.planChanges.applyScheduled(before);
    return this.#bill(subscription, 'subscription_renewed', nextTerm(subscription, time));
  }

  #bill(
    subscription: Subscription,
    type: StoreEventType,
    changes: Partial<Subscription>,
  ): Subscription {
    billTerm(this.write(subscription, type, changes), this.catalogue, this.invoices);
    return this.core.tables.subscriptions.require(subscription.id);
  }
}
