import { invalidState } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import type { StoreEventType } from './events.js';
import type { Invoices } from './invoices.js';
import type { PlanChanges } from './plan-changes.js';
import type { Subscription, SubscriptionStatus } from './resources.js';
import { billTerm, firstTerm, nextTerm, nextTermStart } from './subscription-terms.js';

/** The attributes that change when a subscription is cancelled. */
export const CANCELLED: Partial<Subscription> = {
  status: 'cancelled',
  cancel_schedule_created_at: undefined,
  next_billing_at: undefined,
  pause_date: undefined,
  resume_date: undefined,
  has_scheduled_changes: false,
};

/** Performs state transitions of subscriptions: writes the changes, records the event and bills the term if a new one begins. */
export class SubscriptionStates {
  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
    private readonly planChanges: PlanChanges,
  ) {}

  /** Returns the subscription if it has one of the statuses. @throws ChargebeeError `invalid_state_for_request` */
  require(id: string, statuses: readonly SubscriptionStatus[], action: string): Subscription {
    const subscription = this.core.tables.subscriptions.require(id);
    if (!statuses.includes(subscription.status)) {
      throw invalidState(`A subscription that is ${subscription.status} cannot be ${action}.`);
    }
    return subscription;
  }

  /** Writes changes and records an event of the given type. */
  write(
    subscription: Subscription,
    type: StoreEventType,
    changes: Partial<Subscription>,
  ): Subscription {
    const written = this.#update(subscription, changes);
    this.core.events.record(type, written.customer_id, written.id);
    return written;
  }

  #update({ id }: Subscription, changes: Partial<Subscription>): Subscription {
    const after = { ...this.core.tables.subscriptions.require(id), ...changes };
    if (!after.has_scheduled_changes) this.core.tables.scheduled_changes.delete(id);
    return this.core.tables.subscriptions.update(id, {
      ...changes,
      changes_scheduled_at: after.has_scheduled_changes ? nextTermStart(after) : undefined,
    });
  }

  /** Begins and bills a new term at `start`. Later terms are counted from there. */
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

  /** Resumes a paused subscription: continues the current term if it has not ended by then, otherwise begins a new one. */
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

  /** Begins and bills the next term, or the later term that contains `time`. */
  renew(before: Subscription, time: number): Subscription {
    const subscription = this.planChanges.applyScheduled(before);
    return this.#bill(subscription, 'subscription_renewed', nextTerm(subscription, time));
  }

  /** Writes the changes and bills the term before it records the event, so that the event contains the invoice. */
  #bill(
    subscription: Subscription,
    type: StoreEventType,
    changes: Partial<Subscription>,
  ): Subscription {
    const { id, customer_id } = subscription;
    const invoice = billTerm(this.#update(subscription, changes), this.catalogue, this.invoices);
    this.core.events.record(type, customer_id, id, { invoice });
    return this.core.tables.subscriptions.require(id);
  }
}
