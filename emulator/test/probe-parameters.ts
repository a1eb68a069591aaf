import type { Emulator } from '../src/index.js';
import { call } from './support.js';

/** Returns the id of an existing resource for a call. */
export function idFor(emulator: Emulator, path: string): string {
  const { store } = emulator;
  const customer = 'juniper-bakery';
  // Use another customer, because the remaining calls need the first one.
  if (path === '/customers/{id}/delete') return 'cedar-clinic';
  if (path.startsWith('/customers')) return customer;
  if (path.startsWith('/items')) return 'growth';
  if (path.startsWith('/features')) return 'seats';
  if (path.startsWith('/item_prices')) return 'growth-USD-monthly';
  if (path.startsWith('/subscriptions')) return 'juniper-growth';
  if (path.startsWith('/invoices')) return 'INV-0001';
  if (path.startsWith('/payment_sources')) return store.paymentSources.list()[0]?.id ?? '';
  if (path.startsWith('/hosted_pages')) {
    return store.hostedPages.managePaymentSources({ customer_id: customer }).id;
  }
  if (path.startsWith('/portal_sessions')) {
    return store.portalSessions.create({ customer_id: customer }).id;
  }
  // The remaining calls are about events, and a change creates one.
  store.customers.update(customer, { phone: '1' });
  return store.events.list()[0]?.id ?? '';
}

/** Makes a call, such as `POST /customers/{id}`. */
export function makeCall(emulator: Emulator, name: string, parameters = ''): Promise<Response> {
  const [method = '', template = ''] = name.split(' ');
  const path = template.replace('{id}', encodeURIComponent(idFor(emulator, template)));
  return method === 'POST'
    ? call(emulator, method, path, parameters)
    : call(emulator, method, `${path}?${parameters}`);
}

/** Parts of the messages for parameters that the emulator does not have, or ignores. */
const MESSAGES_OF_UNSUPPORTED = [
  'not known here',
  'refuses it in strict mode',
  'operator should be one of',
];

/** Finds out which parameters a call supports by sending each one. @param emulator An emulator in strict mode. */
export async function probe(
  emulator: Emulator,
  name: string,
  parameters: readonly string[],
): Promise<{ supported: string[]; ignored: string[] }> {
  const supported: string[] = [];
  const ignored: string[] = [];
  for (const parameter of parameters) {
    const response = await makeCall(emulator, name, `${encodeURIComponent(parameter)}=x`);
    const body = await response.text();
    const isSupported = MESSAGES_OF_UNSUPPORTED.every((message) => !body.includes(message));
    (isSupported ? supported : ignored).push(parameter);
  }
  return { supported, ignored };
}
