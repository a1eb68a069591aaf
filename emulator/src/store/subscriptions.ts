import { invalidState, wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import { DueSubscriptionChanges } from './due-subscription-changes.js';
import { randomId } from './ids.js';
import type { Invoices } from './invoices.js';
import { dayOfMonth } from './periods.js';
import { PlanChanges } from './plan-changes.js';
import type { PlanChange, ScheduledPlan } from './plan-changes.js';
import type { Address, CustomFields, Subscription, SubscriptionStatus } from './resources.js';
import { itemOf, withItems } from './subscription-items.js';
import { CANCELLED, SubscriptionStates } from './subscription-states.js';
import { billTerm, firstTerm, isActivated, termEndAt } from './subscription-terms.js';

export interface PauseOptions {
  option?: 'immediately' | 'end_of_term' | 'specific_date';
  /** UTC seconds, with `specific_date`. */
  pause_date?: number;
  /** UTC seconds; until somebody resumes it when not given. */
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

/** What can be done to subscriptions. Each operation answers the subscription as it has become. */
export class Subscriptions {
  readonly #changes: PlanChanges;
  readonly #states: SubscriptionStates;
  readonly #due: DueSubscriptionChanges;

  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
  ) {
    this.#changes = new PlanChanges(core, catalogue, invoices);
    this.#states = new SubscriptionStates(core, catalogue, invoices, this.#changes);
    this.#due = new DueSubscriptionChanges(this.#states);
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

  /** Starts a subscription now and bills its first term. */
  create(
    customerId: string,
    input: { id?: string; item_price_id: string; quantity?: number },
  ): Subscription {
    const customer = this.core.tables.customers.require(customerId, 'customer_id');
    const plan = this.catalogue.plan(input.item_price_id, 'subscription_items[item_price_id][0]');
    const now = this.core.clock.now();
    const items = withItems([itemOf(plan, input.quantity ?? 1)], plan);
    const subscription = this.core.tables.subscriptions.insert({
      id: input.id ?? randomId(16),
      object: 'subscription',
      created_at: now,
      customer_id: customerId,
      status: 'active',
      ...items,
      ...firstTerm(now, items),
      start_date: now,
      started_at: now,
      activated_at: now,
      ...(customer.shipping_address ? { shipping_address: customer.shipping_address } : {}),
      has_scheduled_changes: false,
      has_scheduled_advance_invoices: false,
      due_invoices_count: 0,
      deleted: false,
    });
    billTerm(subscription, this.catalogue, this.invoices);
    return this.retrieve(subscription.id);
  }

  /** @throws ChargebeeError when the plan does not exist or the subscription cannot be changed */
  changePlan(id: string, change: PlanChange): Subscription {
    return this.#changes.change(this.retrieve(id), change);
  }

  /**
   * Changes the plan, custom fields or both. A plan that is as it was is no fault when fields come with it.
   * @throws ChargebeeError as `changePlan`
   */
  update(id: string, fields: CustomFields, plan?: PlanChange): Subscription {
    const hasFields = Object.keys(fields).length > 0;
    if (plan && (!hasFields || this.#changes.differs(this.retrieve(id), plan))) {
      this.changePlan(id, plan);
    }
    return hasFields ? this.updateCustomFields(id, fields) : this.retrieve(id);
  }

  /** The plan change that waits for the end of the term. */
  scheduledChange(id: string): ScheduledPlan | undefined {
    return this.#changes.scheduled(this.retrieve(id));
  }

  /** The subscription as its scheduled change will make it. @throws ChargebeeError when there is none */
  retrieveWithScheduledChanges(id: string): Subscription {
    return this.#changes.preview(this.retrieve(id));
  }

  removeScheduledChanges(id: string): Subscription {
    return this.#changes.removeScheduled(this.retrieve(id));
  }

  /** Pauses at once, at the end of the term or on a day. @throws ChargebeeError */
  pause(id: string, options: PauseOptions = {}): Subscription {
    const subscription = this.#states.require(id, ['active'], 'paused');
    const now = this.core.clock.now();
    const date = {
      immediately: now,
      end_of_term: subscription.current_term_end ?? now,
      specific_date: options.pause_date ?? 0,
    }[options.option ?? 'immediately'];
    if (date < now) throw wrongValue('pause_date', 'must not be in the past');
    if (options.resume_date !== undefined && options.resume_date <= date) {
      throw wrongValue('resume_date', 'must be after the pause date');
    }
    const { resume_date } = options;
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

  /** Resumes a paused one, at once or on a day. When its term has run out meanwhile, a new one begins and is billed. */
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

  /** Cancels at once or at the end of the term. @throws ChargebeeError when it is cancelled already */
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

  /** Brings a cancelled one back: a new term begins and is billed. */
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

  /** Moves the end of the current term. @throws ChargebeeError when that would be in the past */
  changeTermEnd(id: string, termEndsAt: number): Subscription {
    const subscription = this.#states.require(
      id,
      ['active', 'in_trial', 'non_renewing'],
      'extended',
    );
    if (termEndsAt <= this.core.clock.now())
      throw wrongValue('term_ends_at', 'must be in the future');
    return this.#states.write(subscription, 'subscription_changed', {
      ...termEndAt(subscription, termEndsAt),
      billing_day: dayOfMonth(termEndsAt),
    });
  }

  updateCustomFields(id: string, fields: CustomFields): Subscription {
    return this.#states.write(this.retrieve(id), 'subscription_changed', fields);
  }

  updateShippingAddress(id: string, address: Address): Subscription {
    return this.#states.write(this.retrieve(id), 'subscription_changed', {
      shipping_address: { ...address, object: 'shipping_address' },
    });
  }

  /** Chooses the card for this subscription; `undefined` is the customer's primary one. */
  choosePaymentSource(id: string, paymentSourceId: string | undefined): Subscription {
    const subscription = this.retrieve(id);
    if (paymentSourceId !== undefined) {
      const source = this.core.tables.payment_sources.require(paymentSourceId, 'payment_source_id');
      if (source.customer_id !== subscription.customer_id) {
        throw invalidState(`The payment source ${paymentSourceId} is another customer's.`);
      }
    }
    return this.#states.write(subscription, 'subscription_changed', {
      payment_source_id: paymentSourceId,
    });
  }

  /** Lets everything happen that time has brought about. */
  runDueChanges(): void {
    this.list().forEach((subscription) => this.#due.run(subscription, this.core.clock.now()));
  }
}
