import { invalidState, wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import { DueSubscriptionChanges } from './due-subscription-changes.js';
import { randomId } from './ids.js';
import type { Invoices } from './invoices.js';
import { dayOfMonth } from './periods.js';
import { PlanChanges } from './plan-changes.js';
import type { PlanChange, ScheduledPlan } from './plan-changes.js';
import type {
  Address,
  CustomFields,
  ItemPrice,
  Subscription,
  SubscriptionStatus,
} from './resources.js';
import {
  checkAddons,
  checkQuantity,
  createSubscriptionItems,
  toItemAttributes,
} from './subscription-items.js';
import type { WantedItem } from './subscription-items.js';
import { CANCELLED, SubscriptionStates } from './subscription-states.js';
import {
  initialState,
  billTerm,
  endOfCycles,
  isActivated,
  termEndChanges,
} from './subscription-terms.js';

/** The attributes of a subscription that can change without changing its items. */
export type SubscriptionFields = CustomFields &
  Pick<Partial<Subscription>, 'meta_data' | 'auto_collection' | 'po_number'>;

export interface NewSubscription extends WantedItem, SubscriptionFields {
  id?: string;
  addons?: readonly WantedItem[];
  /** UTC seconds. Defaults to now. */
  start_date?: number | undefined;
  /** UTC seconds. Without it there is no trial. */
  trial_end?: number | undefined;
  payment_source_id?: string;
  shipping_address?: Subscription['shipping_address'];
}

export interface PauseOptions {
  option?: 'immediately' | 'end_of_term' | 'specific_date' | 'billing_cycles';
  /** UTC seconds, with `specific_date`. */
  pause_date?: number;
  /** With `billing_cycles`: the number of terms to pause after the current one. */
  skip_billing_cycles?: number;
  /** UTC seconds. Without it, the subscription stays paused until it is resumed explicitly. */
  resume_date?: number;
}

export interface ResumeOptions {
  option?: 'immediately' | 'specific_date';
  resume_date?: number;
}

export interface CancelOptions {
  option?: 'immediately' | 'end_of_term';
  reason_code?: string;
}

/** Operations on subscriptions. Each one returns the updated subscription. */
export class Subscriptions {
  readonly #planChanges: PlanChanges;
  readonly #states: SubscriptionStates;
  readonly #dueChanges: DueSubscriptionChanges;

  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
  ) {
    this.#planChanges = new PlanChanges(core, catalogue, invoices);
    this.#states = new SubscriptionStates(core, catalogue, invoices, this.#planChanges);
    this.#dueChanges = new DueSubscriptionChanges(this.#states);
  }

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string, param?: string): Subscription {
    return this.core.tables.subscriptions.require(id, param);
  }

  list(matches?: (subscription: Subscription) => boolean): Subscription[] {
    return this.core.tables.subscriptions.list(matches);
  }

  forCustomer(customerId: string): Subscription[] {
    return this.list((subscription) => subscription.customer_id === customerId);
  }

  /**
   * Creates a subscription: active with its first term billed, in trial, or starting in the future.
   * @throws ChargebeeError `duplicate_entry`, `param_wrong_value`, `resource_not_found`
   */
  create(customerId: string, input: NewSubscription): Subscription {
    const { item_price_id, quantity = 1, addons = [], start_date, trial_end, ...details } = input;
    const customer = this.core.tables.customers.require(customerId, 'customer_id');
    const plan = this.catalogue.plan(item_price_id, 'subscription_items[item_price_id][0]');
    const priced = addons.map((addon) => ({ quantity: 1, ...addon }));
    checkQuantity(quantity);
    checkAddons(this.catalogue, plan, priced);
    this.#requireOwnPaymentSource(customerId, details.payment_source_id);
    const now = this.core.clock.now();
    const items = toItemAttributes(
      createSubscriptionItems(this.catalogue, plan, quantity, priced),
      plan,
    );
    const initial = initialState(now, items, { start_date, trial_end });
    const { shipping_address } = customer;
    const subscription = this.core.tables.subscriptions.insert({
      ...(shipping_address ? { shipping_address } : {}),
      ...details,
      id: details.id ?? randomId(16),
      object: 'subscription',
      created_at: now,
      customer_id: customerId,
      ...items,
      ...initial,
      has_scheduled_changes: false,
      has_scheduled_advance_invoices: false,
      due_invoices_count: 0,
      deleted: false,
    });
    const invoice = isActivated(subscription)
      ? billTerm(subscription, this.catalogue, this.invoices)
      : undefined;
    this.core.events.record('subscription_created', customerId, subscription.id, { invoice });
    return this.retrieve(subscription.id);
  }

  /** @throws ChargebeeError when the plan does not exist or the subscription cannot be changed */
  changePlan(id: string, change: PlanChange): Subscription {
    return this.#planChanges.change(this.retrieve(id), change);
  }

  /** Returns the subscription as it would be after a plan change. @throws ChargebeeError See `changePlan`. */
  previewPlanChange(id: string, change: PlanChange): Subscription {
    return this.#planChanges.previewChange(this.retrieve(id), change);
  }

  /** Returns the price of a term with another plan, including the add-ons. */
  priceWithPlan(id: string, plan: ItemPrice): number {
    return this.#planChanges.priceWithPlan(this.retrieve(id), plan);
  }

  /**
   * Updates the plan, fields or both. If there are fields, an unchanged plan is not an error.
   * @throws ChargebeeError See `changePlan`.
   */
  update(id: string, fields: SubscriptionFields, plan?: PlanChange): Subscription {
    const hasFields = Object.keys(fields).length > 0;
    if (plan && (!hasFields || this.#planChanges.differs(this.retrieve(id), plan))) {
      this.changePlan(id, plan);
    }
    return hasFields ? this.updateFields(id, fields) : this.retrieve(id);
  }

  /** Like `update`, with the plan and add-ons given as a list of items. */
  updateItems(
    id: string,
    fields: SubscriptionFields,
    items: readonly WantedItem[],
    { replace, at }: { replace: boolean; at: 'now' | 'term_end' },
  ): Subscription {
    return this.update(id, fields, {
      ...this.#planChanges.toPlanChange(this.retrieve(id), items, replace),
      at,
    });
  }

  /** Returns the plan change that is scheduled for the end of the term. */
  scheduledChange(id: string): ScheduledPlan | undefined {
    return this.#planChanges.scheduled(this.retrieve(id));
  }

  /** Returns the subscription as it will be after its scheduled change. @throws ChargebeeError when no change is scheduled */
  retrieveWithScheduledChanges(id: string): Subscription {
    return this.#planChanges.previewScheduled(this.retrieve(id));
  }

  removeScheduledChanges(id: string): Subscription {
    return this.#planChanges.removeScheduled(this.retrieve(id));
  }

  /** Pauses a subscription immediately, at the end of the term or on a date. @throws ChargebeeError */
  pause(id: string, options: PauseOptions = {}): Subscription {
    const subscription = this.#states.require(id, ['active'], 'paused');
    const now = this.core.clock.now();
    const termEnd = subscription.current_term_end ?? now;
    const date = {
      immediately: now,
      end_of_term: termEnd,
      billing_cycles: termEnd,
      specific_date: options.pause_date ?? 0,
    }[options.option ?? 'immediately'];
    if (date < now) throw wrongValue('pause_date', 'must not be in the past');
    if (options.resume_date !== undefined && options.resume_date <= date) {
      throw wrongValue('resume_date', 'must be after the pause date');
    }
    const resume_date =
      options.option === 'billing_cycles'
        ? endOfCycles(subscription, options.skip_billing_cycles)
        : options.resume_date;
    if (date > now) {
      return this.#states.write(subscription, 'subscription_pause_scheduled', {
        pause_date: date,
        resume_date,
      });
    }
    return this.#states.write(subscription, 'subscription_paused', {
      status: 'paused',
      pause_date: date,
      resume_date,
      next_billing_at: undefined,
    });
  }

  removeScheduledPause(id: string): Subscription {
    const subscription = this.#states.require(id, ['active'], 'changed so');
    if (subscription.pause_date === undefined) throw invalidState('No pause is scheduled.');
    return this.#states.write(subscription, 'subscription_scheduled_pause_removed', {
      pause_date: undefined,
      resume_date: undefined,
    });
  }

  /** Resumes a paused subscription, immediately or on a date. If its term has ended, a new one begins and is billed. */
  resume(id: string, options: ResumeOptions = {}): Subscription {
    const subscription = this.#states.require(id, ['paused'], 'resumed');
    const now = this.core.clock.now();
    if (options.option === 'specific_date') {
      const resume_date = options.resume_date ?? 0;
      if (resume_date <= now) throw wrongValue('resume_date', 'must be in the future');
      return this.#states.write(subscription, 'subscription_resumption_scheduled', { resume_date });
    }
    return this.#states.resume(subscription, now);
  }

  removeScheduledResumption(id: string): Subscription {
    const subscription = this.#states.require(id, ['paused'], 'changed so');
    if (subscription.resume_date === undefined) throw invalidState('No resumption is scheduled.');
    return this.#states.write(subscription, 'subscription_scheduled_resumption_removed', {
      resume_date: undefined,
    });
  }

  /** Cancels a subscription, immediately or at the end of the term. @throws ChargebeeError when it is already cancelled */
  cancel(id: string, options: CancelOptions = {}): Subscription {
    const cancellable: SubscriptionStatus[] = ['future', 'in_trial', 'active', 'paused'];
    const atEnd = options.option === 'end_of_term';
    const subscription = this.#states.require(
      id,
      atEnd ? cancellable : [...cancellable, 'non_renewing'],
      'cancelled',
    );
    const now = this.core.clock.now();
    const cancel_reason_code = options.reason_code ?? subscription.cancel_reason_code;
    if (atEnd && subscription.status !== 'paused' && subscription.current_term_end !== undefined) {
      return this.#states.write(subscription, 'subscription_cancellation_scheduled', {
        status: 'non_renewing',
        cancelled_at: subscription.current_term_end,
        cancel_schedule_created_at: now,
        next_billing_at: undefined,
        pause_date: undefined,
        resume_date: undefined,
        has_scheduled_changes: false,
        cancel_reason_code,
      });
    }
    return this.#states.write(subscription, 'subscription_cancelled', {
      ...CANCELLED,
      ...(subscription.current_term_start === undefined ? {} : { current_term_end: now }),
      cancelled_at: now,
      cancel_reason_code,
    });
  }

  removeScheduledCancellation(id: string): Subscription {
    const subscription = this.#states.require(id, ['non_renewing'], 'changed so');
    return this.#states.write(subscription, 'subscription_scheduled_cancellation_removed', {
      status: isActivated(subscription) ? 'active' : 'in_trial',
      cancelled_at: undefined,
      cancel_schedule_created_at: undefined,
      cancel_reason_code: undefined,
      next_billing_at: subscription.current_term_end,
    });
  }

  /** Reactivates a cancelled subscription. A new term begins and is billed. */
  reactivate(id: string): Subscription {
    const subscription = this.#states.require(id, ['cancelled'], 'reactivated');
    const now = this.core.clock.now();
    const { start_date = now, trial_end } = subscription;
    return this.#states.begin(subscription, 'subscription_reactivated', now, {
      start_date: Math.min(start_date, now),
      ...(trial_end === undefined ? {} : { trial_end: Math.min(trial_end, now) }),
      activated_at: now,
      cancelled_at: undefined,
      cancel_reason_code: undefined,
    });
  }

  /** Moves the end of the current term. @throws ChargebeeError when the new end is in the past */
  changeTermEnd(id: string, termEndsAt: number): Subscription {
    const subscription = this.#states.require(
      id,
      ['active', 'in_trial', 'non_renewing'],
      'extended',
    );
    if (termEndsAt <= this.core.clock.now())
      throw wrongValue('term_ends_at', 'must be in the future');
    return this.#states.write(subscription, 'subscription_changed', {
      ...termEndChanges(subscription, termEndsAt),
      billing_day: dayOfMonth(termEndsAt),
    });
  }

  updateFields(id: string, fields: SubscriptionFields): Subscription {
    return this.#states.write(this.retrieve(id), 'subscription_changed', fields);
  }

  updateShippingAddress(id: string, address: Address): Subscription {
    return this.#states.write(this.retrieve(id), 'subscription_shipping_address_updated', {
      shipping_address: { ...address, object: 'shipping_address' },
    });
  }

  /** Sets the payment source of a subscription. `undefined` selects the customer's primary one. */
  choosePaymentSource(id: string, paymentSourceId: string | undefined): Subscription {
    const subscription = this.retrieve(id);
    this.#requireOwnPaymentSource(subscription.customer_id, paymentSourceId);
    return this.#states.write(subscription, 'subscription_changed', {
      payment_source_id: paymentSourceId,
    });
  }

  #requireOwnPaymentSource(customerId: string, paymentSourceId: string | undefined): void {
    if (paymentSourceId === undefined) return;
    const source = this.core.tables.payment_sources.require(paymentSourceId, 'payment_source_id');
    if (source.customer_id !== customerId) {
      throw invalidState(`The payment source ${paymentSourceId} is another customer's.`);
    }
  }

  /** Applies the changes of one subscription that are due at a time, in UTC seconds. */
  applyDueChanges(id: string, time: number): Subscription {
    this.#dueChanges.run(this.retrieve(id), time);
    return this.retrieve(id);
  }

  /** Applies the due changes of all subscriptions. */
  runDueChanges(): void {
    this.list().forEach((subscription) =>
      this.#dueChanges.run(subscription, this.core.clock.now()),
    );
  }
}
