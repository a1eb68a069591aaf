import type { Clock } from '../clock.js';
import { wrongValue } from '../errors.js';
import { randomId } from '../store/ids.js';
import { addPeriods } from '../store/periods.js';
import type { ItemPrice, Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import { itemOf, withItems } from '../store/subscription-items.js';
import { billTerm, firstTerm, nextTerm } from '../store/subscription-terms.js';
import { defaultItems } from './catalogue.js';
import { readSeed } from './schema.js';
import type { SeedCustomer, SeedInput, SeedItem, SeedSubscription } from './schema.js';

/** Of a longer history only so many terms are billed: the first ones, and the last. */
const MOST_TERMS = 120;

/**
 * Puts a seed in place of all there is. Nothing is changed when it is not valid.
 * @throws Error that says what is wrong with it
 */
export function applySeed(store: Store, clock: Clock, input: SeedInput): void {
  const { items, customers } = readSeed(input);
  const before = store.snapshot();
  const events = store.events.list();
  try {
    store.restore({});
    (items ?? readSeed({ items: defaultItems, customers: [] }).items ?? []).forEach((item) =>
      addItem(store, item),
    );
    customers.forEach((customer) => addCustomer(store, clock, customer));
    store.events.clear();
    store.runDueChanges();
  } catch (error) {
    store.restore(before, events);
    throw error;
  }
}

function addItem(store: Store, { prices, ...item }: SeedItem): void {
  store.catalogue.addItem({ ...item, status: 'active' });
  for (const { name, ...price } of prices) {
    store.catalogue.addItemPrice({
      ...price,
      name: price.id,
      external_name: name,
      item_id: item.id,
      status: 'active',
    });
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
    // The store takes no expired card, and the past invoices were paid when it was not.
    const stillValid = { ...card, expiry_month: 12, expiry_year: 2100 };
    const source = store.paymentSources.addCard(seed.id, stillValid, {
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
  const status = statusAt(seed, start, now);
  const plan = store.catalogue.plan(seed.item_price_id, 'item_price_id');
  const items = withItems(
    [
      itemOf(plan, seed.quantity),
      ...seed.addons.map((addon) =>
        itemOf(addonPrice(store, addon.item_price_id, plan), addon.quantity, plan),
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
  store.tables.subscriptions.update(id, stateOf(store, id, { ...seed, status }, start, now));
  if (seed.last_invoice_unpaid) leaveUnpaid(store, id);
  if (seed.scheduled_change) {
    store.subscriptions.changePlan(id, { ...seed.scheduled_change, at: 'term_end' });
  }
}

/** One that is yet to start is `future`. @throws ChargebeeError for what cannot be before the start */
function statusAt(
  { status }: SeedSubscription,
  start: number,
  now: number,
): SeedSubscription['status'] {
  if (start <= now || status === 'future') return status;
  if (status === 'active') return 'future';
  throw wrongValue('started_at', `is in the future, where no subscription is ${status} yet`);
}

/** @throws ChargebeeError unless it is an add-on in the currency of the plan */
function addonPrice(store: Store, id: string, plan: ItemPrice): ItemPrice {
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

/** Bills what has been, and answers the attributes of the state that the seed asks for. */
function stateOf(
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
  const begun = { status, started_at: start, activated_at: start };
  const stopped = { next_billing_at: undefined };
  if (status === 'cancelled') {
    const cancelled_at = seed.cancelled_at ?? now;
    const term = billHistory(store, id, start, cancelled_at);
    return {
      ...begun,
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
    return { ...begun, ...term, ...stopped, pause_date, resume_date: seed.resume_date };
  }
  const term = billHistory(store, id, start, now);
  if (status === 'active') return { ...begun, ...term };
  return {
    ...begun,
    ...term,
    ...stopped,
    cancelled_at: term.current_term_end,
    cancel_schedule_created_at: now,
    cancel_reason_code,
  };
}

/** Bills the terms from the start to a time, and answers the last one. */
function billHistory(store: Store, id: string, start: number, until: number) {
  const subscription = store.subscriptions.retrieve(id);
  const bill = <Term>(term: Term): Term => {
    billTerm({ ...subscription, ...term }, store.catalogue, store.invoices);
    return term;
  };
  let term = bill(firstTerm(start, subscription));
  for (let count = 2; term.current_term_end <= until && count <= MOST_TERMS; count++) {
    const last = count === MOST_TERMS ? until : undefined;
    term = bill(nextTerm({ ...subscription, ...term }, last));
  }
  return term;
}

function leaveUnpaid(store: Store, id: string): void {
  const [last] = store.invoices.forSubscription(id);
  if (!last) return;
  store.tables.invoices.update(last.id, {
    status: 'not_paid',
    paid_at: undefined,
    amount_paid: 0,
    amount_due: last.total,
  });
  store.invoices.refreshDues(id);
}
