import { wrongValue } from '../errors.js';
import { randomId } from './ids.js';
import type { StoreCore } from './core.js';
import type { Address, CustomFields, Customer } from './resources.js';

/** What may be said of a customer when it is made or changed. */
export type CustomerDetails = Partial<
  Pick<
    Customer,
    | 'first_name'
    | 'last_name'
    | 'email'
    | 'phone'
    | 'company'
    | 'locale'
    | 'preferred_currency_code'
    | 'auto_collection'
    | 'net_term_days'
    | 'allow_direct_debit'
    | 'taxability'
  >
> &
  CustomFields;

const MOST_NET_TERM_DAYS = 999;

export class Customers {
  constructor(private readonly core: StoreCore) {}

  get(id: string): Customer | undefined {
    return this.core.tables.customers.get(id);
  }

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string, param?: string): Customer {
    return this.core.tables.customers.require(id, param);
  }

  list(matches?: (customer: Customer) => boolean): Customer[] {
    return this.core.tables.customers.list(matches);
  }

  /** @throws ChargebeeError `duplicate_entry`, `param_wrong_value` */
  create(input: CustomerDetails & { id?: string; billing_address?: Address }): Customer {
    const { billing_address, ...details } = input;
    check(details);
    const customer = this.core.tables.customers.insert({
      auto_collection: 'on',
      net_term_days: 0,
      allow_direct_debit: false,
      taxability: 'taxable',
      ...details,
      id: input.id ?? randomId(16),
      object: 'customer',
      created_at: this.core.clock.now(),
      card_status: 'no_card',
      ...(billing_address
        ? { billing_address: { ...billing_address, object: 'billing_address' } }
        : {}),
      promotional_credits: 0,
      refundable_credits: 0,
      excess_payments: 0,
      unbilled_charges: 0,
      deleted: false,
    });
    this.core.events.record('customer_created', customer.id, customer.id);
    return customer;
  }

  /** Changes the account's details; an attribute given as `undefined` is removed. @throws ChargebeeError */
  update(id: string, details: CustomerDetails): Customer {
    check(details);
    return this.#changed(id, details);
  }

  updateBillingInfo(
    id: string,
    info: { billing_address?: Address; vat_number?: string },
  ): Customer {
    return this.#changed(id, {
      ...('vat_number' in info ? { vat_number: info.vat_number } : {}),
      ...(info.billing_address
        ? { billing_address: { ...info.billing_address, object: 'billing_address' } }
        : {}),
    });
  }

  /** Sets the address that goods are sent to, for the customer and for all its subscriptions. */
  updateShippingAddress(id: string, address: Address): Customer {
    const shipping_address = { ...address, object: 'shipping_address' as const };
    for (const subscription of this.core.tables.subscriptions.list((s) => s.customer_id === id)) {
      this.core.tables.subscriptions.update(subscription.id, { shipping_address });
    }
    return this.#changed(id, { shipping_address });
  }

  #changed(id: string, changes: Partial<Customer>): Customer {
    const customer = this.core.tables.customers.update(id, changes);
    this.core.events.record('customer_changed', id, id);
    return customer;
  }
}

/** @throws ChargebeeError `param_wrong_value` */
function check({ net_term_days: days = 0 }: CustomerDetails): void {
  if (!Number.isInteger(days) || days < 0 || days > MOST_NET_TERM_DAYS) {
    throw wrongValue('net_term_days', `must be from 0 to ${MOST_NET_TERM_DAYS}`);
  }
}

/** How a customer is called: the company, else the person, else the id. */
export function customerName(customer: Customer): string {
  const person = [customer.first_name, customer.last_name].filter(Boolean).join(' ');
  return customer.company ?? (person || customer.id);
}
