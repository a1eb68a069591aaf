import { invalidRequest, invalidState, wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import type { Invoices } from './invoices.js';
import type { ItemPrice, Subscription } from './resources.js';
import { amountOf, itemOf, planItem, withItems } from './subscription-items.js';
import {
  billTerm,
  firstTerm,
  isActivated,
  nextTermStart,
  termEndAt,
} from './subscription-terms.js';

export interface PlanChange {
  item_price_id: string;
  /** The present one when not given. */
  quantity?: number;
  /** `now`, with the rest of the term settled by the second, or at the end of the term. */
  at?: 'now' | 'term_end';
}

/** What a subscription will be when its scheduled change has come about. */
export interface ScheduledPlan {
  plan: ItemPrice;
  quantity: number;
  /** UTC seconds; not there of a paused one while nobody has said when it resumes. */
  at?: number;
}

/** Changes of a subscription's plan, at once or at the end of the term. */
export class PlanChanges {
  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
  ) {}

  /** @throws ChargebeeError when the plan does not exist or the subscription cannot be changed */
  change(subscription: Subscription, change: PlanChange): Subscription {
    const plan = this.catalogue.plan(change.item_price_id, 'subscription_items[item_price_id][0]');
    const quantity = change.quantity ?? planItem(subscription).quantity;
    this.#check(subscription, plan, quantity);
    if (change.at === 'term_end') return this.#schedule(subscription, plan, quantity);
    this.core.tables.scheduled_changes.delete(subscription.id);
    return this.#apply(subscription, plan, quantity);
  }

  /** Whether a subscription would be another by it than it is now. */
  differs(subscription: Subscription, { item_price_id, quantity }: PlanChange): boolean {
    const current = planItem(subscription);
    return (
      current.item_price_id !== item_price_id || current.quantity !== (quantity ?? current.quantity)
    );
  }

  scheduled(subscription: Subscription): ScheduledPlan | undefined {
    const change = this.core.tables.scheduled_changes.get(subscription.id);
    if (!change) return undefined;
    const at = nextTermStart(subscription);
    return {
      plan: this.catalogue.itemPrice(change.item_price_id),
      quantity: change.quantity,
      ...(at === undefined ? {} : { at }),
    };
  }

  /** The subscription as its scheduled change will make it. */
  preview(subscription: Subscription): Subscription {
    const scheduled = this.scheduled(subscription);
    if (!scheduled) throw invalidRequest('The subscription has no scheduled changes.');
    return {
      ...subscription,
      ...withItems(this.#replacePlan(subscription, scheduled), scheduled.plan),
    };
  }

  removeScheduled(subscription: Subscription): Subscription {
    if (!this.scheduled(subscription)) {
      throw invalidRequest('The subscription has no scheduled changes.');
    }
    const changed = this.#clear(subscription, {});
    this.#record('subscription_scheduled_changes_removed', changed);
    return changed;
  }

  /** Makes a scheduled change real, as a new term is about to begin. */
  applyScheduled(subscription: Subscription): Subscription {
    const scheduled = this.scheduled(subscription);
    if (!scheduled) return subscription;
    const changed = this.#clear(
      subscription,
      withItems(this.#replacePlan(subscription, scheduled), scheduled.plan),
    );
    this.#record('subscription_changed', changed);
    return changed;
  }

  #check(subscription: Subscription, plan: ItemPrice, quantity: number): void {
    if (subscription.status === 'cancelled' || subscription.status === 'paused') {
      throw invalidState(`A ${subscription.status} subscription cannot be changed.`);
    }
    if (plan.currency_code !== subscription.currency_code) {
      throw wrongValue('subscription_items[item_price_id][0]', 'is in another currency');
    }
    if (!Number.isInteger(quantity) || quantity < 1) {
      throw wrongValue('subscription_items[quantity][0]', 'must be 1 or more');
    }
    if (!this.differs(subscription, { item_price_id: plan.id, quantity })) {
      throw invalidRequest('There is no change in the subscription.');
    }
  }

  #schedule(subscription: Subscription, plan: ItemPrice, quantity: number): Subscription {
    if (subscription.status === 'non_renewing') {
      throw invalidState('A non_renewing subscription has no next term that could be changed.');
    }
    this.core.tables.scheduled_changes.delete(subscription.id);
    this.core.tables.scheduled_changes.insert({
      id: subscription.id,
      object: 'scheduled_change',
      created_at: this.core.clock.now(),
      item_price_id: plan.id,
      quantity,
    });
    const changed = this.core.tables.subscriptions.update(subscription.id, {
      has_scheduled_changes: true,
      changes_scheduled_at: nextTermStart(subscription),
    });
    this.#record('subscription_changes_scheduled', changed);
    return changed;
  }

  #apply(subscription: Subscription, plan: ItemPrice, quantity: number): Subscription {
    const items = withItems(this.#replacePlan(subscription, { plan, quantity }), plan);
    const samePeriod =
      plan.period === subscription.billing_period &&
      plan.period_unit === subscription.billing_period_unit;
    let changed: Subscription;
    if (!isActivated(subscription)) changed = this.#clear(subscription, items);
    else if (samePeriod) changed = this.#changeWithinTerm(subscription, items);
    else changed = this.#changeWithNewTerm(subscription, items);
    this.#record('subscription_changed', changed);
    return this.core.tables.subscriptions.require(changed.id);
  }

  #changeWithinTerm(subscription: Subscription, items: ReturnType<typeof withItems>): Subscription {
    const changed = this.#clear(subscription, items);
    this.#settle(changed, this.#unused(changed) - this.#unused(subscription));
    return changed;
  }

  /** The term ends now, and what is left of it is given back. */
  #changeWithNewTerm(
    subscription: Subscription,
    items: ReturnType<typeof withItems>,
  ): Subscription {
    const now = this.core.clock.now();
    const term = firstTerm(now, items);
    this.invoices.credit(subscription, this.#unused(subscription));
    const changed = this.#clear(subscription, {
      ...items,
      ...term,
      ...termEndAt(subscription, term.current_term_end),
    });
    billTerm(changed, this.catalogue, this.invoices, now);
    return changed;
  }

  /** Bills what the rest of the term costs more, or gives credit for what it costs less. */
  #settle(subscription: Subscription, difference: number): void {
    if (difference < 0) this.invoices.credit(subscription, -difference);
    if (difference <= 0) return;
    const { item_price_id: itemPriceId } = planItem(subscription);
    this.invoices.bill(subscription, [
      {
        description: `${this.catalogue.itemPrice(itemPriceId).external_name}, rest of the term`,
        amount: difference,
        itemPriceId,
        from: this.core.clock.now(),
        to: subscription.current_term_end ?? this.core.clock.now(),
      },
    ]);
  }

  /** What the rest of the term costs. */
  #unused(subscription: Subscription): number {
    return Math.round(amountOf(subscription.subscription_items) * this.#left(subscription));
  }

  /** How much of the term is left, from 0 to 1. */
  #left({ current_term_start: start = 0, current_term_end: end = 0 }: Subscription): number {
    if (end <= start) return 0;
    return Math.min(1, Math.max(0, (end - this.core.clock.now()) / (end - start)));
  }

  #replacePlan(
    subscription: Subscription,
    { plan, quantity }: Pick<ScheduledPlan, 'plan' | 'quantity'>,
  ) {
    const addons = subscription.subscription_items.filter(({ item_type }) => item_type !== 'plan');
    return [
      itemOf(plan, quantity),
      ...addons.map((addon) =>
        itemOf(this.catalogue.itemPrice(addon.item_price_id), addon.quantity, plan),
      ),
    ];
  }

  #clear(subscription: Subscription, changes: Partial<Subscription>): Subscription {
    this.core.tables.scheduled_changes.delete(subscription.id);
    return this.core.tables.subscriptions.update(subscription.id, {
      ...changes,
      has_scheduled_changes: false,
      changes_scheduled_at: undefined,
    });
  }

  #record(type: Parameters<StoreCore['events']['record']>[0], subscription: Subscription): void {
    this.core.events.record(type, subscription.customer_id, subscription.id);
  }
}
