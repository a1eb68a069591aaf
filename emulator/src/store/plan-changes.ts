import { invalidRequest, invalidState, wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { StoreCore } from './core.js';
import type { StoreEventType } from './events.js';
import type { Invoices } from './invoices.js';
import type { Invoice, ItemPrice, Subscription, SubscriptionItem } from './resources.js';
import {
  addonsOf,
  amountOf,
  checkAddons,
  checkQuantity,
  createSubscriptionItems,
  addonsKey,
  planItem,
  splitItems,
  toItemAttributes,
} from './subscription-items.js';
import type { PricedItem, WantedItem } from './subscription-items.js';
import {
  billTerm,
  firstTerm,
  isActivated,
  nextTermStart,
  termEndChanges,
} from './subscription-terms.js';

export interface PlanChange extends WantedItem {
  /** All add-ons after the change. Defaults to the current ones. */
  addons?: readonly WantedItem[];
  /** When the change applies: immediately, with the rest of the term prorated to the second, or at the end of the term. */
  at?: 'now' | 'term_end';
}

/** The plan and add-ons of a subscription after its scheduled change. */
export interface ScheduledPlan {
  plan: ItemPrice;
  quantity: number;
  addons?: readonly PricedItem[];
  /** UTC seconds. Missing for a paused subscription without a resume date. */
  at?: number;
}

/** The requested plan, quantity and add-ons, after validation. */
type TargetPlan = Omit<ScheduledPlan, 'at'>;

/** Changes the plans of subscriptions, immediately or at the end of the term. */
export class PlanChanges {
  constructor(
    private readonly core: StoreCore,
    private readonly catalogue: Catalogue,
    private readonly invoices: Invoices,
  ) {}

  /** @throws ChargebeeError when the plan does not exist or the subscription cannot be changed */
  change(subscription: Subscription, change: PlanChange): Subscription {
    const target = this.#validate(subscription, change);
    return change.at === 'term_end'
      ? this.#schedule(subscription, target)
      : this.#apply(subscription, target);
  }

  /**
   * Returns the subscription as it would be after a change, without applying the change.
   * @throws ChargebeeError See `change`.
   */
  previewChange(subscription: Subscription, change: PlanChange): Subscription {
    const target = this.#validate(subscription, change);
    return { ...subscription, ...this.#attributesWith(subscription, target) };
  }

  /**
   * Converts a list of items into a plan change. Items that are not listed are kept, unless `replace` is true.
   * @throws ChargebeeError when the result has no plan or several plans
   */
  toPlanChange(
    subscription: Subscription,
    items: readonly WantedItem[],
    replace: boolean,
  ): PlanChange {
    const { plans, addons } = splitItems(this.catalogue, items);
    const [plan = replace ? undefined : planItem(subscription)] = plans;
    if (!plan) throw wrongValue('subscription_items[item_price_id]', 'should have a plan');
    const kept = replace ? [] : addonsOf(subscription);
    const merged = new Map(kept.map((addon) => [addon.item_price_id, addon]));
    for (const { item_price_id, quantity } of addons) {
      const currentQuantity = merged.get(item_price_id)?.quantity;
      merged.set(item_price_id, { item_price_id, quantity: quantity ?? currentQuantity ?? 1 });
    }
    const { item_price_id, quantity } = plan;
    return {
      item_price_id,
      ...(quantity === undefined ? {} : { quantity }),
      ...(replace || addons.length > 0 ? { addons: [...merged.values()] } : {}),
    };
  }

  /** Returns the price of a term with another plan, including the add-ons. */
  priceWithPlan(subscription: Subscription, plan: ItemPrice): number {
    const { quantity } = planItem(subscription);
    return amountOf(this.#itemsWith(subscription, { plan, quantity }));
  }

  /** Returns whether a change would alter the subscription. */
  differs(subscription: Subscription, { item_price_id, quantity, addons }: PlanChange): boolean {
    const current = planItem(subscription);
    return (
      current.item_price_id !== item_price_id ||
      current.quantity !== (quantity ?? current.quantity) ||
      (addons !== undefined && addonsKey(addons) !== addonsKey(addonsOf(subscription)))
    );
  }

  /** Returns the plan of the scheduled change, if there is one. */
  scheduled(subscription: Subscription): ScheduledPlan | undefined {
    const change = this.core.tables.scheduled_changes.get(subscription.id);
    if (!change) return undefined;
    const at = nextTermStart(subscription);
    return {
      plan: this.catalogue.itemPrice(change.item_price_id),
      quantity: change.quantity,
      ...(change.addons ? { addons: change.addons } : {}),
      ...(at === undefined ? {} : { at }),
    };
  }

  /** Returns the subscription as it will be after its scheduled change. */
  previewScheduled(subscription: Subscription): Subscription {
    const scheduled = this.#requireScheduled(subscription);
    return { ...subscription, ...this.#attributesWith(subscription, scheduled) };
  }

  removeScheduled(subscription: Subscription): Subscription {
    this.#requireScheduled(subscription);
    const changed = this.#updateAndClearScheduled(subscription, {});
    this.#record('subscription_scheduled_changes_removed', changed);
    return changed;
  }

  /** Applies the scheduled change, if there is one. Call it when a new term begins. */
  applyScheduled(subscription: Subscription): Subscription {
    const scheduled = this.scheduled(subscription);
    if (!scheduled) return subscription;
    const changed = this.#updateAndClearScheduled(
      subscription,
      this.#attributesWith(subscription, scheduled),
    );
    this.#record('subscription_changed', changed);
    return changed;
  }

  #validate(subscription: Subscription, change: PlanChange): TargetPlan {
    const plan = this.catalogue.plan(change.item_price_id, 'subscription_items[item_price_id][0]');
    const quantity = change.quantity ?? planItem(subscription).quantity;
    const addons = change.addons?.map((addon) => ({ quantity: 1, ...addon }));
    const target = { plan, quantity, ...(addons ? { addons } : {}) };
    this.#requireChange(subscription, target);
    return target;
  }

  #requireChange(subscription: Subscription, { plan, ...target }: TargetPlan): void {
    if (subscription.status === 'cancelled' || subscription.status === 'paused') {
      throw invalidState(`A ${subscription.status} subscription cannot be changed.`);
    }
    if (plan.currency_code !== subscription.currency_code) {
      throw wrongValue('subscription_items[item_price_id][0]', 'is in another currency');
    }
    checkQuantity(target.quantity);
    checkAddons(this.catalogue, plan, target.addons ?? []);
    if (!this.differs(subscription, { item_price_id: plan.id, ...target })) {
      throw invalidRequest('There is no change in the subscription.');
    }
  }

  #schedule(subscription: Subscription, { plan, ...rest }: TargetPlan): Subscription {
    if (subscription.status === 'non_renewing') {
      throw invalidState('A non_renewing subscription has no next term that could be changed.');
    }
    this.core.tables.scheduled_changes.delete(subscription.id);
    this.core.tables.scheduled_changes.insert({
      id: subscription.id,
      object: 'scheduled_change',
      created_at: this.core.clock.now(),
      item_price_id: plan.id,
      ...rest,
    });
    const changed = this.core.tables.subscriptions.update(subscription.id, {
      has_scheduled_changes: true,
      changes_scheduled_at: nextTermStart(subscription),
    });
    this.#record('subscription_changes_scheduled', changed);
    return changed;
  }

  #apply(subscription: Subscription, target: TargetPlan): Subscription {
    const { plan } = target;
    const items = this.#attributesWith(subscription, target);
    const samePeriod =
      plan.period === subscription.billing_period &&
      plan.period_unit === subscription.billing_period_unit;
    let invoice: Invoice | undefined;
    if (!isActivated(subscription)) this.#updateAndClearScheduled(subscription, items);
    else if (samePeriod) invoice = this.#changeWithinTerm(subscription, items);
    else invoice = this.#changeWithNewTerm(subscription, items);
    this.#record('subscription_changed', subscription, invoice);
    return this.core.tables.subscriptions.require(subscription.id);
  }

  #changeWithinTerm(
    subscription: Subscription,
    items: ReturnType<typeof toItemAttributes>,
  ): Invoice | undefined {
    const changed = this.#updateAndClearScheduled(subscription, items);
    return this.#billDifference(
      changed,
      this.#remainingPrice(changed) - this.#remainingPrice(subscription),
    );
  }

  /** Ends the current term now, credits the rest of it, and bills a new term. */
  #changeWithNewTerm(
    subscription: Subscription,
    items: ReturnType<typeof toItemAttributes>,
  ): Invoice {
    const now = this.core.clock.now();
    const term = firstTerm(now, items);
    this.invoices.credit(subscription, this.#remainingPrice(subscription));
    const changed = this.#updateAndClearScheduled(subscription, {
      ...items,
      ...term,
      ...termEndChanges(subscription, term.current_term_end),
    });
    return billTerm(changed, this.catalogue, this.invoices, now);
  }

  /** Bills the difference for the rest of the term, or credits it if it is negative. */
  #billDifference(subscription: Subscription, difference: number): Invoice | undefined {
    if (difference < 0) this.invoices.credit(subscription, -difference);
    if (difference <= 0) return undefined;
    const { item_price_id: itemPriceId } = planItem(subscription);
    return this.invoices.bill(subscription, [
      {
        description: `${this.catalogue.itemPrice(itemPriceId).external_name}, rest of the term`,
        amount: difference,
        itemPriceId,
        from: this.core.clock.now(),
        to: subscription.current_term_end ?? this.core.clock.now(),
      },
    ]);
  }

  /** Returns the price of the rest of the term. */
  #remainingPrice(subscription: Subscription): number {
    return Math.round(
      amountOf(subscription.subscription_items) * this.#remainingShare(subscription),
    );
  }

  /** Returns the remaining share of the term, from 0 to 1. */
  #remainingShare({
    current_term_start: start = 0,
    current_term_end: end = 0,
  }: Subscription): number {
    if (end <= start) return 0;
    return Math.min(1, Math.max(0, (end - this.core.clock.now()) / (end - start)));
  }

  #itemsWith(
    subscription: Subscription,
    { plan, quantity, addons = addonsOf(subscription) }: TargetPlan,
  ): SubscriptionItem[] {
    return createSubscriptionItems(this.catalogue, plan, quantity, addons);
  }

  /** Returns the attributes that the subscription has with the target plan. */
  #attributesWith(
    subscription: Subscription,
    target: TargetPlan,
  ): ReturnType<typeof toItemAttributes> {
    return toItemAttributes(this.#itemsWith(subscription, target), target.plan);
  }

  #requireScheduled(subscription: Subscription): ScheduledPlan {
    const scheduled = this.scheduled(subscription);
    if (!scheduled) throw invalidRequest('The subscription has no scheduled changes.');
    return scheduled;
  }

  #updateAndClearScheduled(
    subscription: Subscription,
    changes: Partial<Subscription>,
  ): Subscription {
    this.core.tables.scheduled_changes.delete(subscription.id);
    return this.core.tables.subscriptions.update(subscription.id, {
      ...changes,
      has_scheduled_changes: false,
      changes_scheduled_at: undefined,
    });
  }

  #record(type: StoreEventType, { customer_id, id }: Subscription, invoice?: Invoice): void {
    this.core.events.record(type, customer_id, id, { invoice });
  }
}
