import type { Clock } from '../clock.js';
import { wrongValue } from '../errors.js';
import { randomId } from '../store/ids.js';
import { addPeriods } from '../store/periods.js';
import type { Entitlement, ItemPrice, Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import { createSubscriptionItem, toItemAttributes } from '../store/subscription-items.js';
import { billTerm, firstTerm, nextTerm } from '../store/subscription-terms.js';
import { defaultFeatures, defaultItems } from './catalogue.js';
import { parseSeed } from './schema.js';
import type { SeedCustomer, SeedInput, SeedItem, SeedSubscription } from './schema.js';

/** The maximum number of terms billed for a subscription's history: the first ones and the last one. */
const MAX_TERMS = 120;

/**
 * Replaces all data with a seed. Changes nothing when the seed is not valid.
 * @throws Error with the reason when the seed is not valid
 */
export function applySeed(store: Store, clock: Clock, input: SeedInput): void {
  const { features = [], items = [], customers } = parseSeed(withDefaultCatalogue(input));
  const previous = store.snapshot();
  try {
    // A seed does not replace webhooks, because they are settings of the site.
    store.restore({ webhook_endpoints: previous.webhook_endpoints });
    store.events.silently(() => {
      features.forEach((feature) => store.entitlements.addFeature(feature));
      items.forEach((item) => addItem(store, item));
      customers.forEach((customer) => addCustomer(store, clock, customer));
      store.runDueChanges();
    });
  } catch (error) {
    store.restore(previous);
    throw error;
  }
}

/** Returns the seed's catalogue. Without items, it is the emulator's own catalogue, with its features. */
const withDefaultCatalogue = (input: SeedInput): SeedInput =>
  input.items
    ? input
    : { ...input, items: defaultItems, features: [...defaultFeatures, ...(input.features ?? [])] };

function addItem(store: Store, { prices, entitlements, ...item }: SeedItem): void {
  const { id, type } = store.catalogue.addItem({ ...item, status: 'active' });
  entitle(store, id, type, entitlements);
  for (const { name, entitlements: own, ...price } of prices) {
    store.catalogue.addItemPrice({
      ...price,
      name: price.id,
      external_name: name,
      item_id: item.id,
      status: 'active',
    });
    entitle(store, price.id, `${type}_price`, own);
  }
}

function entitle(
  store: Store,
  entity_id: string,
  entity_type: Entitlement['entity_type'],
  values: Record<string, string>,
): void {
  for (const [feature_id, value] of Object.entries(values)) {
    store.entitlements.entitle({ entity_id, entity_type, feature_id, value });
  }
}

function addCustomer(store: Store, clock: Clock, seed: SeedCustomer): void {
  const { cards, subscriptions, shipping_address, vat_number, created_at, ...details } = seed;
  store.customers.create(details);
  store.tables.customers.update(seed.id, {
    created_at: created_at ?? clock.now(),
    vat_number,
    ...(shipping_address
      ? { shipping_address: { ...shipping_address, object: 'shipping_address' } }
      : {}),
  });
  const expiries = cards.map(({ id, primary, expiry_month, expiry_year, ...card }) => {
    // The store rejects expired cards, and the card was valid when the past invoices were paid.
    const validCard = { ...card, expiry_month: 12, expiry_year: 2100 };
    const source = store.paymentSources.addCard(seed.id, validCard, {
      primary,
      ...(id ? { id } : {}),
    });
    return { id: source.id, card: { ...source.card, expiry_month, expiry_year } };
  });
  subscriptions.forEach((subscription) => addSubscription(store, clock, seed, subscription));
  expiries.forEach(({ id, card }) => store.tables.payment_sources.update(id, { card }));
}

function addSubscription(
  store: Store,
  clock: Clock,
  customer: SeedCustomer,
  seed: SeedSubscription,
): void {
  const now = clock.now();
  const start = seed.started_at ?? (seed.status === 'future' ? addPeriods(now, 1, 'month') : now);
  const status = resolveStatus(seed, start, now);
  const plan = store.catalogue.plan(seed.item_price_id, 'item_price_id');
  const items = toItemAttributes(
    [
      createSubscriptionItem(plan, seed.quantity),
      ...seed.addons.map((addon) =>
        createSubscriptionItem(
          requireAddonPrice(store, addon.item_price_id, plan),
          addon.quantity,
          plan,
        ),
      ),
    ],
    plan,
  );
  const { id } = store.tables.subscriptions.insert({
    ...seed.custom_fields,
    id: seed.id ?? randomId(16),
    object: 'subscription',
    created_at: Math.min(start, now),
    customer_id: customer.id,
    status: 'active',
    ...items,
    start_date: start,
    ...(customer.shipping_address
      ? { shipping_address: { ...customer.shipping_address, object: 'shipping_address' } }
      : {}),
    has_scheduled_changes: false,
    has_scheduled_advance_invoices: false,
    due_invoices_count: 0,
    deleted: false,
  });
  store.tables.subscriptions.update(
    id,
    billAndBuildState(store, id, { ...seed, status }, start, now),
  );
  if (seed.last_invoice_unpaid) markLastInvoiceUnpaid(store, id);
  if (seed.scheduled_change) {
    store.subscriptions.changePlan(id, { ...seed.scheduled_change, at: 'term_end' });
  }
}

/** Returns `future` for an active subscription that has not started. @throws ChargebeeError for other statuses before the start */
function resolveStatus(
  { status }: SeedSubscription,
  start: number,
  now: number,
): SeedSubscription['status'] {
  if (start <= now || status === 'future') return status;
  if (status === 'active') return 'future';
  throw wrongValue('started_at', `is in the future, where no subscription is ${status} yet`);
}

/** @throws ChargebeeError when the item price is not an add-on in the plan's currency */
function requireAddonPrice(store: Store, id: string, plan: ItemPrice): ItemPrice {
  const price = store.catalogue.itemPrice(id, 'addons');
  if (price.item_type !== 'addon') throw wrongValue('addons', `${id} is a plan, not an add-on`);
  if (price.currency_code !== plan.currency_code) {
    throw wrongValue(
      'addons',
      `${id} is in ${price.currency_code}, and ${plan.id} in ${plan.currency_code}`,
    );
  }
  return price;
}

/** Bills the past terms and returns the attributes for the status that the seed requests. */
function billAndBuildState(
  store: Store,
  id: string,
  seed: SeedSubscription,
  start: number,
  now: number,
): Partial<Subscription> {
  const { status, cancel_reason_code } = seed;
  if (status === 'future') return { status, next_billing_at: start };
  if (status === 'in_trial') {
    const trial_end = seed.trial_end ?? addPeriods(now, 14, 'day');
    return {
      status,
      started_at: start,
      trial_start: start,
      trial_end,
      current_term_start: start,
      current_term_end: trial_end,
      next_billing_at: trial_end,
    };
  }
  const started = { status, started_at: start, activated_at: start };
  const stopped = { next_billing_at: undefined };
  if (status === 'cancelled') {
    const cancelled_at = seed.cancelled_at ?? now;
    const term = billHistory(store, id, start, cancelled_at);
    return {
      ...started,
      ...term,
      ...stopped,
      current_term_end: cancelled_at,
      cancelled_at,
      cancel_reason_code,
    };
  }
  if (status === 'paused') {
    const pause_date = seed.pause_date ?? now;
    const term = billHistory(store, id, start, pause_date);
    return { ...started, ...term, ...stopped, pause_date, resume_date: seed.resume_date };
  }
  const term = billHistory(store, id, start, now);
  if (status === 'active') return { ...started, ...term };
  return {
    ...started,
    ...term,
    ...stopped,
    cancelled_at: term.current_term_end,
    cancel_schedule_created_at: now,
    cancel_reason_code,
  };
}

/** Bills the terms from `start` to `until` and returns the last one. */
function billHistory(store: Store, id: string, start: number, until: number) {
  const subscription = store.subscriptions.retrieve(id);
  const bill = <Term>(term: Term): Term => {
    billTerm({ ...subscription, ...term }, store.catalogue, store.invoices);
    return term;
  };
  let term = bill(firstTerm(start, subscription));
  for (let count = 2; term.current_term_end <= until && count <= MAX_TERMS; count++) {
    const last = count === MAX_TERMS ? until : undefined;
    term = bill(nextTerm({ ...subscription, ...term }, last));
  }
  return term;
}

function markLastInvoiceUnpaid(store: Store, id: string): void {
  const [last] = store.invoices.forSubscription(id);
  if (!last) return;
  for (const { txn_id } of last.linked_payments) {
    store.tables.transactions.update(txn_id, {
      status: 'failure',
      error_code: 'card_declined',
      error_text: 'The card was declined.',
    });
  }
  store.tables.invoices.update(last.id, {
    status: 'not_paid',
    linked_payments: last.linked_payments.map((one) => ({ ...one, txn_status: 'failure' })),
    paid_at: undefined,
    amount_paid: 0,
    amount_due: last.total,
  });
  store.invoices.refreshDues(id);
}
