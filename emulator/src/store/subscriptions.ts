import { invalidState, wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import type { StoreEventType } from './events.js';
import { randomId } from './ids.js';
import type { Invoices } from './invoices.js';
import { PlanChanges } from './plan-changes.js';
import type { PlanChange, ScheduledPlan } from './plan-changes.js';
import type { Address, CustomFields, Subscription, SubscriptionStatus } from './resources.js';
import { billTerm, itemOf, termFrom, withItems } from './subscription-terms.js';

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

  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
  ) {
    this.#changes = new PlanChanges(core, catalogue, invoices);
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
      ...termFrom(now, items),
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
    const subscription = this.#in(id, ['active'], 'paused');
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
      return this.#write(subscription, 'subscription_pause_scheduled', {
        pause_date: date,
        resume_date,
      });
    }
    return this.#write(subscription, 'subscription_paused', {
      status: 'paused',
      pause_date: date,
      resume_date,
      next_billing_at: undefined,
    });
  }

  removeScheduledPause(id: string): Subscription {
    const subscription = this.#in(id, ['active'], 'changed so');
    if (subscription.pause_date === undefined) throw invalidState('No pause is scheduled.');
    return this.#write(subscription, 'subscription_scheduled_pause_removed', {
      pause_date: undefined,
      resume_date: undefined,
    });
  }

  /** Resumes a paused one, at once or on a day. When its term has run out meanwhile, a new one begins and is billed. */
  resume(id: string, options: ResumeOptions = {}): Subscription {
    const subscription = this.#in(id, ['paused'], 'resumed');
    const now = this.core.clock.now();
    if (options.option === 'specific_date') {
      const resume_date = options.resume_date ?? 0;
      if (resume_date <= now) throw wrongValue('resume_date', 'must be in the future');
      return this.#write(subscription, 'subscription_resumption_scheduled', { resume_date });
    }
    return this.#begin(subscription, 'subscription_resumed', {
      status: 'active',
      pause_date: undefined,
      resume_date: undefined,
      next_billing_at: subscription.current_term_end,
    });
  }

  removeScheduledResumption(id: string): Subscription {
    const subscription = this.#in(id, ['paused'], 'changed so');
    if (subscription.resume_date === undefined) throw invalidState('No resumption is scheduled.');
    return this.#write(subscription, 'subscription_scheduled_resumption_removed', {
      resume_date: undefined,
    });
  }

  /** Cancels at once or at the end of the term. @throws ChargebeeError when it is cancelled already */
  cancel(id: string, options: CancelOptions = {}): Subscription {
    const cancellable: SubscriptionStatus[] = ['future', 'in_trial', 'active', 'paused'];
    const atEnd = options.option === 'end_of_term';
    const subscription = this.#in(
      id,
      atEnd ? cancellable : [...cancellable, 'non_renewing'],
      'cancelled',
    );
    const now = this.core.clock.now();
    const cancel_reason_code = options.reason_code;
    if (atEnd && subscription.status !== 'paused' && subscription.current_term_end !== undefined) {
      return this.#write(subscription, 'subscription_cancellation_scheduled', {
        status: 'non_renewing',
        cancelled_at: subscription.current_term_end,
        cancel_schedule_created_at: now,
        next_billing_at: undefined,
        pause_date: undefined,
        resume_date: undefined,
        cancel_reason_code,
      });
    }
    return this.#write(subscription, 'subscription_cancelled', {
      ...CANCELLED,
      current_term_end: now,
      cancelled_at: now,
      cancel_reason_code,
    });
  }

  removeScheduledCancellation(id: string): Subscription {
    const subscription = this.#in(id, ['non_renewing'], 'changed so');
    const inTrial = (subscription.trial_end ?? 0) > this.core.clock.now();
    return this.#write(subscription, 'subscription_scheduled_cancellation_removed', {
      status: inTrial ? 'in_trial' : 'active',
      cancelled_at: undefined,
      cancel_schedule_created_at: undefined,
      cancel_reason_code: undefined,
      next_billing_at: subscription.current_term_end,
    });
  }

  /** Brings a cancelled one back: a new term begins and is billed. */
  reactivate(id: string): Subscription {
    return this.#begin(this.#in(id, ['cancelled'], 'reactivated'), 'subscription_reactivated', {
      status: 'active',
      activated_at: this.core.clock.now(),
      cancelled_at: undefined,
      cancel_reason_code: undefined,
    });
  }

  /** Moves the end of the current term. @throws ChargebeeError when that would be in the past */
  changeTermEnd(id: string, termEndsAt: number): Subscription {
    const subscription = this.#in(id, ['active', 'in_trial', 'non_renewing'], 'extended');
    if (termEndsAt <= this.core.clock.now())
      throw wrongValue('term_ends_at', 'must be in the future');
    return this.#write(subscription, 'subscription_changed', {
      current_term_end: termEndsAt,
      ...(subscription.status === 'in_trial' ? { trial_end: termEndsAt } : {}),
      ...(subscription.status === 'non_renewing'
        ? { cancelled_at: termEndsAt }
        : { next_billing_at: termEndsAt }),
    });
  }

  updateCustomFields(id: string, fields: CustomFields): Subscription {
    return this.#write(this.retrieve(id), 'subscription_changed', fields);
  }

  updateShippingAddress(id: string, address: Address): Subscription {
    return this.#write(this.retrieve(id), 'subscription_changed', {
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
    return this.#write(subscription, 'subscription_changed', {
      payment_source_id: paymentSourceId,
    });
  }

  /** Lets time do what it does: renew, pause, resume, end trials, cancel. */
  runDueChanges(): void {
    for (const subscription of this.list()) {
      let current: Subscription | undefined = subscription;
      // Ten years of months at most, however far the clock was moved.
      for (let steps = 0; current && steps < 120; steps++) current = this.#nextDueChange(current);
    }
  }

  #nextDueChange(subscription: Subscription): Subscription | undefined {
    const { status, current_term_end: end = Infinity } = subscription;
    const due = (at: number | undefined): at is number =>
      at !== undefined && at <= this.core.clock.now();
    if (status === 'future' && due(subscription.start_date)) {
      return this.#renew(subscription, 'subscription_started', subscription.start_date);
    }
    if (status === 'active' && due(subscription.pause_date) && subscription.pause_date <= end) {
      return this.#write(subscription, 'subscription_paused', {
        status: 'paused',
        next_billing_at: undefined,
      });
    }
    if (status === 'paused' && due(subscription.resume_date)) return this.resume(subscription.id);
    if (status === 'non_renewing' && due(end)) {
      return this.#write(subscription, 'subscription_cancelled', CANCELLED);
    }
    if (status === 'in_trial' && due(subscription.trial_end)) {
      return this.#renew(subscription, 'subscription_activated', subscription.trial_end);
    }
    if (status === 'active' && due(end)) {
      return this.#renew(this.#changes.applyScheduled(subscription), 'subscription_renewed', end);
    }
    return undefined;
  }

  #renew(subscription: Subscription, type: StoreEventType, from: number): Subscription {
    const renewed = this.#write(subscription, type, {
      status: 'active',
      ...(subscription.started_at === undefined ? { started_at: from } : {}),
      ...(subscription.activated_at === undefined ? { activated_at: from } : {}),
      ...termFrom(from, subscription),
    });
    billTerm(renewed, this.catalogue, this.invoices);
    return this.retrieve(renewed.id);
  }

  /** Goes on with the running term, or begins a new one and bills it. */
  #begin(subscription: Subscription, type: StoreEventType, changes: Partial<Subscription>) {
    const now = this.core.clock.now();
    if ((subscription.current_term_end ?? 0) > now) return this.#write(subscription, type, changes);
    const begun = this.#write(subscription, type, { ...changes, ...termFrom(now, subscription) });
    billTerm(begun, this.catalogue, this.invoices);
    return this.retrieve(begun.id);
  }

  #in(id: string, statuses: readonly SubscriptionStatus[], done: string): Subscription {
    const subscription = this.retrieve(id);
    if (!statuses.includes(subscription.status)) {
      throw invalidState(`A subscription that is ${subscription.status} cannot be ${done}.`);
    }
    return subscription;
  }

  #write(subscription: Subscription, type: StoreEventType, changes: Partial<Subscription>) {
    if (changes.status === 'cancelled') this.core.tables.scheduled_changes.delete(subscription.id);
    const written = this.core.tables.subscriptions.update(subscription.id, changes);
    this.core.events.record(type, written.customer_id, written.id);
    return written;
  }
}

const CANCELLED: Partial<Subscription> = {
  status: 'cancelled',
  cancel_schedule_created_at: undefined,
  next_billing_at: undefined,
  pause_date: undefined,
  resume_date: undefined,
  has_scheduled_changes: false,
  changes_scheduled_at: undefined,
};
