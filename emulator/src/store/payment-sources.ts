import { invalidState, wrongValue } from '../errors.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { Card, PaymentSource } from './resources.js';
import { acceptTestCard } from './test-cards.js';

/** A card as a form or the API gives it. */
export interface CardInput {
  /** One of the test numbers. */
  number: string;
  expiry_month: number;
  expiry_year: number;
  cvv?: string;
  first_name?: string;
  last_name?: string;
  billing_addr1?: string;
  billing_addr2?: string;
  billing_city?: string;
  billing_state?: string;
  billing_country?: string;
  billing_zip?: string;
}

/** What can be changed of a stored card: all but its number. */
export type CardChanges = Partial<Omit<CardInput, 'number' | 'cvv'>>;

type Expiry = Pick<Card, 'expiry_month' | 'expiry_year'>;

/** No card is made for longer. */
const LAST_YEAR = 2100;

export class PaymentSources {
  constructor(private readonly core: StoreCore) {}

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string, param?: string): PaymentSource {
    return this.core.tables.payment_sources.require(id, param);
  }

  list(matches?: (source: PaymentSource) => boolean): PaymentSource[] {
    return this.core.tables.payment_sources.list(matches);
  }

  forCustomer(customerId: string): PaymentSource[] {
    return this.list((source) => source.customer_id === customerId);
  }

  /** What the customer's invoices are charged to. */
  primaryOf(customerId: string): PaymentSource | undefined {
    const id = this.core.tables.customers.require(customerId).primary_payment_source_id;
    return id === undefined ? undefined : this.core.tables.payment_sources.get(id);
  }

  /**
   * Adds a card. The first one of a customer becomes the primary one.
   * @throws ChargebeeError `param_wrong_value`, or of type `payment` when the card is declined
   */
  addCard(
    customerId: string,
    input: CardInput,
    options: { primary?: boolean; id?: string } = {},
  ): PaymentSource {
    const customer = this.core.tables.customers.require(customerId, 'customer_id');
    const source = this.core.tables.payment_sources.insert({
      id: options.id ?? randomId(16, 'pm_'),
      object: 'payment_source',
      created_at: this.core.clock.now(),
      customer_id: customerId,
      type: 'card',
      reference_id: `tok_${randomId(16)}`,
      status: this.#status(input),
      gateway: 'chargebee',
      gateway_account_id: 'gw_emulator',
      card: toCard(input),
      deleted: false,
    });
    this.core.events.record('payment_source_added', customerId, source.id);
    if (options.primary || customer.primary_payment_source_id === undefined) {
      this.makePrimary(customerId, source.id);
    }
    return source;
  }

  /** @throws ChargebeeError `resource_not_found`, `param_wrong_value` */
  updateCard(id: string, changes: CardChanges): PaymentSource {
    const before = this.retrieve(id);
    const card = { ...before.card, ...changes };
    const source = this.core.tables.payment_sources.update(id, {
      card,
      status: this.#status(card),
    });
    this.core.events.record('payment_source_updated', source.customer_id, id);
    this.#refreshCustomer(source.customer_id);
    return source;
  }

  /** @throws ChargebeeError `resource_not_found`, also when it is another customer's */
  makePrimary(customerId: string, id: string): PaymentSource {
    const source = this.#owned(customerId, id);
    this.core.tables.customers.update(customerId, { primary_payment_source_id: id });
    this.#refreshCustomer(customerId);
    this.core.events.record('customer_changed', customerId, customerId);
    return source;
  }

  /** Removes it. When it was the primary one, the newest of the others takes its place. */
  remove(id: string): PaymentSource {
    const source = this.retrieve(id);
    this.core.tables.payment_sources.delete(id);
    for (const subscription of this.core.tables.subscriptions.list(
      (s) => s.payment_source_id === id,
    )) {
      this.core.tables.subscriptions.update(subscription.id, { payment_source_id: undefined });
    }
    const customer = this.core.tables.customers.require(source.customer_id);
    if (customer.primary_payment_source_id === id) {
      this.core.tables.customers.update(customer.id, {
        primary_payment_source_id: this.forCustomer(customer.id)[0]?.id,
      });
    }
    this.#refreshCustomer(customer.id);
    this.core.events.record('payment_source_deleted', customer.id, id);
    return { ...source, deleted: true };
  }

  /** Lets cards expire as time goes by. */
  runDueChanges(): void {
    for (const source of this.list()) {
      const status = statusAt(this.core.clock.now(), source.card);
      if (status === source.status) continue;
      this.core.tables.payment_sources.update(source.id, { status });
      this.#refreshCustomer(source.customer_id);
    }
  }

  #owned(customerId: string, id: string): PaymentSource {
    const source = this.retrieve(id, 'payment_source_id');
    if (source.customer_id !== customerId) {
      throw invalidState(`The payment source ${id} is not of the customer ${customerId}.`);
    }
    return source;
  }

  #status(expiry: Expiry): PaymentSource['status'] {
    const { expiry_month: month, expiry_year: year } = expiry;
    if (month < 1 || month > 12) throw wrongValue('card[expiry_month]', 'must be from 1 to 12');
    if (year > LAST_YEAR) {
      throw wrongValue('card[expiry_year]', `must be ${LAST_YEAR} or earlier`);
    }
    const status = statusAt(this.core.clock.now(), expiry);
    if (status === 'expired') throw wrongValue('card[expiry_year]', 'the card has expired');
    return status;
  }

  #refreshCustomer(customerId: string): void {
    const card_status = this.primaryOf(customerId)?.status ?? 'no_card';
    this.core.tables.customers.update(customerId, { card_status });
  }
}

/** Whether a card can be charged at a time in UTC seconds. */
export const isChargeable = (seconds: number, card: Expiry): boolean =>
  statusAt(seconds, card) !== 'expired';

/** The status of a card at a time in UTC seconds: it is valid until the end of its last month. */
function statusAt(
  seconds: number,
  { expiry_month: month, expiry_year: year }: Expiry,
): PaymentSource['status'] {
  const time = new Date(seconds * 1000);
  const monthsLeft = (year - time.getUTCFullYear()) * 12 + month - (time.getUTCMonth() + 1);
  if (monthsLeft < 0) return 'expired';
  return monthsLeft === 0 ? 'expiring' : 'valid';
}

function toCard({ number, cvv: _cvv, ...rest }: CardInput): Card {
  const known = acceptTestCard(number);
  return {
    ...rest,
    object: 'card',
    iin: known.number.slice(0, 6),
    last4: known.number.slice(-4),
    brand: known.brand,
    funding_type: known.funding,
    masked_number: known.number.slice(-4).padStart(known.number.length, '*'),
  };
}
