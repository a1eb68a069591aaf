import { wrongValue } from '../errors.js';
import { randomId } from './ids.js';
import type { StoreCore } from './core.js';
import type { Address, CustomFields, Customer } from './resources.js';

/** The attributes that can be set when a customer is created or updated. */
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
    | 'meta_data'
    | 'invoice_notes'
  >
> &
  CustomFields;

export type NewCustomer = CustomerDetails & { id?: string; billing_address?: Address };

const MAX_NET_TERM_DAYS = 999;

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
  create(input: NewCustomer): Customer {
    const customer = this.core.tables.customers.insert(this.draft(input));
    this.core.events.record('customer_created', customer.id, customer.id);
    return customer;
  }

  /** Returns a customer that is not stored. @throws ChargebeeError `param_wrong_value` */
  draft(input: NewCustomer): Customer {
    const { billing_address, ...details } = input;
    validateDetails(details);
    return {
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
    };
  }

  /** Updates the account details. An attribute set to `undefined` is removed. @throws ChargebeeError `param_wrong_value` */
  update(id: string, details: CustomerDetails): Customer {
    validateDetails(details);
    return this.#updateAndRecord(id, details);
  }

  updateBillingInfo(
    id: string,
    info: { billing_address?: Address; vat_number?: string },
  ): Customer {
    return this.#updateAndRecord(id, {
      ...('vat_number' in info ? { vat_number: info.vat_number } : {}),
      ...(info.billing_address
        ? { billing_address: { ...info.billing_address, object: 'billing_address' } }
        : {}),
    });
  }

  /** Sets the shipping address of the customer and of all its subscriptions. */
  updateShippingAddress(id: string, address: Address): Customer {
    const shipping_address = { ...address, object: 'shipping_address' as const };
    for (const subscription of this.core.tables.subscriptions.list((s) => s.customer_id === id)) {
      this.core.tables.subscriptions.update(subscription.id, { shipping_address });
      this.core.events.record('subscription_shipping_address_updated', id, subscription.id);
    }
    return this.#updateAndRecord(id, { shipping_address });
  }

  /** Deletes a customer and all resources that belong to it. */
  remove(id: string): Customer {
    const customer = this.retrieve(id);
    const { tables, events } = this.core;
    const subscriptions = tables.subscriptions.list((one) => one.customer_id === id);
    const deletedCustomer = { ...customer, deleted: true };
    // Recorded before the deletion, so that the event contains the deleted resources.
    events.record('customer_deleted', id, id, { customer: deletedCustomer, subscriptions });
    for (const subscription of subscriptions) {
      tables.scheduled_changes.delete(subscription.id);
      tables.subscriptions.delete(subscription.id);
    }
    const sessions = tables.portal_sessions.list((session) => session.customer_id === id);
    const sessionIds = new Set(sessions.map((session) => session.id));
    for (const login of tables.portal_logins.list((one) => sessionIds.has(one.portal_session_id))) {
      tables.portal_logins.delete(login.id);
    }
    for (const table of [
      tables.portal_sessions,
      tables.hosted_pages,
      tables.invoices,
      tables.transactions,
      tables.payment_sources,
    ]) {
      table.list((one) => one.customer_id === id).forEach((one) => table.delete(one.id));
    }
    tables.customers.delete(id);
    return deletedCustomer;
  }

  #updateAndRecord(id: string, changes: Partial<Customer>): Customer {
    const customer = this.core.tables.customers.update(id, changes);
    this.core.events.record('customer_changed', id, id);
    return customer;
  }
}

/** @throws ChargebeeError `param_wrong_value` */
function validateDetails({ net_term_days: days = 0 }: CustomerDetails): void {
  if (!Number.isInteger(days) || days < 0 || days > MAX_NET_TERM_DAYS) {
    throw wrongValue('net_term_days', `must be from 0 to ${MAX_NET_TERM_DAYS}`);
  }
}

/** Returns a customer's display name: the company, otherwise the person's name, otherwise the id. */
export function customerName(customer: Customer): string {
  const person = [customer.first_name, customer.last_name].filter(Boolean).join(' ');
  return customer.company ?? (person || customer.id);
}
