import type { Emulator } from '../src/index.js';
import { sdkOperations } from './sdk-operations.js';
import { idFor } from './probe-parameters.js';
import { registeredOperations } from './registered-operations.js';
import { loadSdkTypes } from './sdk-types.js';
import type { SdkTypes } from './sdk-types.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

interface Example {
  /** The id to use instead of that of the first resource. */
  id?: string;
  form?: string;
  /** Creates the resource that the call needs. Returns its id. */
  prepare?: (emulator: Emulator) => string;
}

const CARD =
  'card[number]=4242424242424242&card[expiry_month]=1&card[expiry_year]=2090&card[cvv]=100';
const ITEM = 'subscription_items[item_price_id][0]=scale-USD-yearly';

/** The input with which each writing call succeeds and returns as much as possible. Calls that need no input are omitted. */
const EXAMPLES: Record<string, Example> = {
  'POST /customers': { form: 'id=new-one&email=new@one.example&billing_address[city]=Porto' },
  'POST /customers/{id}': { form: 'phone=1&cf_department=Sales&meta_data={"a":1}' },
  'POST /customers/{id}/update_billing_info': { form: 'billing_address[city]=Porto' },
  'POST /customers/{id}/assign_payment_role': {
    id: 'harbor-cycles',
    form: 'role=primary&payment_source_id=:card',
  },
  'POST /customers/{id}/delete': { id: 'harbor-cycles' },
  'POST /customers/{id}/subscription_for_items': {
    form: `id=new-one&${ITEM}&meta_data={"a":1}&shipping_address[city]=Porto`,
  },
  'POST /subscriptions/{id}/update_for_items': { form: ITEM },
  'POST /subscriptions/{id}/resume': { id: 'harbor-workshop' },
  'POST /subscriptions/{id}/reactivate': { id: 'cedar-growth' },
  'POST /subscriptions/{id}/change_term_end': { form: 'term_ends_at=4000000000' },
  'POST /subscriptions/{id}/override_billing_profile': { form: 'payment_source_id=:card' },
  'POST /subscriptions/{id}/remove_scheduled_changes': { id: 'delta-growth' },
  'GET /subscriptions/{id}/retrieve_with_scheduled_changes': { id: 'delta-growth' },
  'POST /subscriptions/{id}/remove_scheduled_cancellation': { id: 'orchid-scale' },
  'POST /subscriptions/{id}/remove_scheduled_resumption': { id: 'harbor-workshop' },
  'POST /subscriptions/{id}/remove_scheduled_pause': {
    prepare: ({ store }) =>
      store.subscriptions.pause('juniper-growth', { option: 'end_of_term' }).id,
  },
  'POST /payment_sources/create_card': { form: `customer_id=juniper-bakery&${CARD}` },
  'POST /invoices/{id}/collect_payment': { prepare: payableInvoice },
  'POST /hosted_pages/manage_payment_sources': { form: 'customer[id]=juniper-bakery' },
  'POST /hosted_pages/checkout_new_for_items': {
    form: `customer[email]=new@one.example&subscription[id]=new-one&pass_thru_content=a&${ITEM}`,
  },
  'POST /hosted_pages/checkout_existing_for_items': {
    form: `subscription[id]=juniper-growth&${ITEM}`,
  },
  'POST /hosted_pages/checkout_new': { form: 'subscription[plan_id]=scale-USD-yearly' },
  'POST /hosted_pages/checkout_existing': { form: 'subscription[id]=juniper-growth' },
  'POST /estimates/create_subscription_for_items': { form: ITEM },
  'POST /customers/{id}/create_subscription_for_items_estimate': { form: ITEM },
  // Credits the rest of the term and bills a new one.
  'POST /estimates/update_subscription_for_items': {
    form: `subscription[id]=juniper-growth&${ITEM}`,
  },
  'POST /hosted_pages/{id}/acknowledge': { prepare: finishedPage },
  'GET /hosted_pages/{id}': { prepare: finishedCheckout },
  'GET /hosted_pages': { prepare: finishedPage },
  'GET /events': { prepare: ({ store }) => store.customers.update('juniper-bakery', {}).id },
  'POST /portal_sessions': { form: 'customer[id]=juniper-bakery' },
  'POST /portal_sessions/{id}/activate': {
    form: 'token=:token',
    prepare: ({ store }) =>
      store.portalSessions.create({
        customer_id: 'juniper-bakery',
        status: 'not_yet_activated',
      }).id,
  },
};

/** Creates an unpaid invoice of a customer with a new card. */
function payableInvoice({ store }: Emulator): string {
  store.paymentSources.addCard(
    'quarry-stone',
    { number: '4242424242424242', expiry_month: 1, expiry_year: 2090 },
    { primary: true },
  );
  return store.invoices.list(({ amount_due }) => amount_due > 0)[0]?.id ?? '';
}

function finishedPage({ store }: Emulator): string {
  const { id } = store.hostedPages.managePaymentSources({ customer_id: 'juniper-bakery' });
  store.hostedPages.succeed(id);
  return id;
}

function finishedCheckout({ store }: Emulator): string {
  const { id } = store.hostedPages.checkout({
    kind: 'new',
    customer: { email: 'new@one.example' },
    subscription: { item_price_id: 'growth-USD-monthly' },
  });
  store.hostedPages.succeed(id);
  return id;
}

/** Sends a call with its example input. Returns the response body. */
async function send(emulator: Emulator, name: string): Promise<object> {
  const { store } = emulator;
  const [method = '', template = ''] = name.split(' ');
  const { id, form, prepare } = EXAMPLES[name] ?? {};
  const resource = prepare?.(emulator) ?? id ?? idFor(emulator, template);
  const values: Record<string, () => string | undefined> = {
    ':card': () => store.paymentSources.forCustomer(id ?? 'juniper-bakery')[0]?.id,
    ':token': () => store.portalSessions.retrieve(resource).token,
  };
  const sent = form?.replace(/:(card|token)/, (found) => values[found]?.() ?? '');
  const path = template.replace('{id}', encodeURIComponent(resource));
  const answer = await call(emulator, method, path, method === 'POST' ? (sent ?? '') : undefined);
  const body = (await answer.json()) as object;
  if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body;
}

/** `customer` and `retrieve` have the type `Customer.RetrieveResponse`. */
const typeOf = (resource: string, action: string): string =>
  [resource, `.${action}`, '.Response']
    .map((word) => word.replace(/[a-z]/i, (letter) => letter.toUpperCase()))
    .join('')
    .replace(/\.Response$/, 'Response');

/** Chargebee's types require every possible resource in the content of events and hosted pages. */
const NOT_IN_CONTENT = /\.content\.\w+ is missing$/;

const called = new Set(await registeredOperations());
const operations = (await sdkOperations())
  .filter((operation) => called.has(operation.call))
  .map(({ resource, action, call }) => ({ call, type: typeOf(resource, action) }));

describe('responses', () => {
  closeEmulatorsAfterEach();

  let types: SdkTypes;
  beforeAll(() => {
    types = loadSdkTypes(operations.map(({ type }) => type));
  }, 120_000);

  it('are all checked against a type', () => {
    expect(new Set(operations.map((operation) => operation.call))).toEqual(called);
  });

  for (const { call: name, type } of operations) {
    it(`match the SDK’s ${type}: ${name}`, async () => {
      const body = await send(await emulatorForSpec(), name);
      const faults = types.errorsOf(type, body).filter((fault) => !NOT_IN_CONTENT.test(fault));
      expect(faults).toEqual([]);
      const { list } = body as { list?: unknown[] };
      if (list) expect(list.length).toBeGreaterThan(0);
    });
  }

  it('contain lists that client code iterates without a check', async () => {
    const { invoice } = (await send(await emulatorForSpec(), 'GET /invoices/{id}')) as {
      invoice: Record<string, unknown>;
    };
    for (const name of [
      'line_items',
      'linked_payments',
      'applied_credits',
      'adjustment_credit_notes',
      'issued_credit_notes',
      'linked_orders',
      'dunning_attempts',
    ]) {
      expect(Array.isArray(invoice[name])).withContext(name).toBeTrue();
    }
  });

  it('contain the primary card of every customer and subscription that has one', async () => {
    const emulator = await emulatorForSpec();
    const card = jasmine.objectContaining({ last4: '4242', card_type: 'visa', object: 'card' });
    for (const name of [
      'GET /customers/{id}',
      'POST /customers/{id}',
      'POST /customers/{id}/update_billing_info',
      'GET /subscriptions/{id}',
      'POST /subscriptions/{id}/pause',
    ]) {
      expect(await send(emulator, name))
        .withContext(name)
        .toEqual(jasmine.objectContaining({ card }));
    }
    for (const name of ['GET /customers', 'GET /subscriptions']) {
      const { list } = (await send(emulator, name)) as {
        list: { customer: { id: string }; card?: unknown }[];
      };
      const cardOf = (id: string) => list.find(({ customer }) => customer.id === id)?.card;
      expect(cardOf('juniper-bakery')).withContext(name).toEqual(card);
      expect(cardOf('atlas-freight')).withContext(name).toBeUndefined();
    }
  });

  it('contain an invoice only if the call has billed something', async () => {
    for (const [name, bills] of [
      ['POST /subscriptions/{id}/update_for_items', true],
      ['POST /subscriptions/{id}/resume', false],
      ['POST /subscriptions/{id}/reactivate', true],
      ['POST /subscriptions/{id}/cancel_for_items', false],
    ] as const) {
      const emulator = await emulatorForSpec();
      const before = emulator.store.invoices.list().map(({ id }) => id);
      const { invoice } = (await send(emulator, name)) as { invoice?: { id: string } };
      expect(invoice !== undefined)
        .withContext(name)
        .toBe(bills);
      if (invoice) expect(before).not.toContain(invoice.id);
    }
  });
});
