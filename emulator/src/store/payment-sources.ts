import { invalidState, wrongValue } from '../errors.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { Card, PaymentMethod, PaymentSource } from './resources.js';
import { acceptTestCard } from './test-cards.js';

/** A card as submitted by a form or the API. */
export interface CardInput {
  /** A test card number. */
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

/** The attributes of a stored card that can be changed: everything except number and CVV. */
export type CardChanges = Partial<Omit<CardInput, 'number' | 'cvv'>>;

type Expiry = Pick<Card, 'expiry_month' | 'expiry_year'>;

/** The card event for each change of a payment source. */
const CARD_EVENTS = {
  added: 'card_added',
  updated: 'card_updated',
  deleted: 'card_deleted',
  locally_deleted: 'card_deleted',
  expiring: 'card_expiry_reminder',
  expired: 'card_expired',
} as const;

/** The latest expiry year that is accepted. */
const MAX_EXPIRY_YEAR = 2100;

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

  /** Returns the payment source that the customer's invoices are charged to. */
  primaryOf(customerId: string): PaymentSource | undefined {
    const id = this.core.tables.customers.require(customerId).primary_payment_source_id;
    return id === undefined ? undefined : this.core.tables.payment_sources.get(id);
  }

  /**
   * Adds a card. A customer's first card becomes the primary one.
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
      status: this.#requireUsableStatus(input),
      gateway: 'chargebee',
      gateway_account_id: 'gw_emulator',
      card: toCard(input),
      deleted: false,
    });
    if (options.primary || customer.primary_payment_source_id === undefined) {
      this.#setPrimary(customerId, source.id);
    }
    this.#record(source, 'added');
    return source;
  }

  /** @throws ChargebeeError `resource_not_found`, `param_wrong_value` */
  updateCard(id: string, changes: CardChanges): PaymentSource {
    const before = this.retrieve(id);
    const card = { ...before.card, ...changes };
    const source = this.core.tables.payment_sources.update(id, {
      card,
      status: this.#requireUsableStatus(card),
    });
    this.#refreshCustomer(source.customer_id);
    this.#record(source, 'updated');
    return source;
  }

  /** @throws ChargebeeError `resource_not_found`, or `invalid_state_for_request` when it belongs to another customer */
  makePrimary(customerId: string, id: string): PaymentSource {
    return this.assignRole(customerId, id, 'primary');
  }

  /**
   * Sets a payment source's role: primary, backup or none. A payment source has one role at a time.
   * @throws ChargebeeError See `makePrimary`.
   */
  assignRole(customerId: string, id: string, role: 'primary' | 'backup' | 'none'): PaymentSource {
    const source = this.#requireOwned(customerId, id);
    const { primary_payment_source_id: primary, backup_payment_source_id: backup } =
      this.core.tables.customers.require(customerId);
    const others = {
      primary_payment_source_id: primary === id ? undefined : primary,
      backup_payment_source_id: backup === id ? undefined : backup,
    };
    this.core.tables.customers.update(customerId, {
      ...others,
      ...(role === 'none' ? {} : { [`${role}_payment_source_id`]: id }),
    });
    this.#refreshCustomer(customerId);
    this.core.events.record('customer_changed', customerId, customerId);
    return source;
  }

  /**
   * Deletes a payment source. If it was the primary one, the backup replaces it, or the newest of the others if there is no backup.
   * @param locally Whether a gateway would keep the card. The emulator has no gateway, so this only selects the event type.
   */
  remove(id: string, { locally = false } = {}): PaymentSource {
    const source = this.retrieve(id);
    this.core.tables.payment_sources.delete(id);
    for (const subscription of this.core.tables.subscriptions.list(
      (s) => s.payment_source_id === id,
    )) {
      this.core.tables.subscriptions.update(subscription.id, { payment_source_id: undefined });
    }
    const customer = this.core.tables.customers.require(source.customer_id);
    const { primary_payment_source_id: primary, backup_payment_source_id: backup } = customer;
    if (primary === id) {
      this.core.tables.customers.update(customer.id, {
        primary_payment_source_id: backup ?? this.forCustomer(customer.id)[0]?.id,
      });
    }
    if (primary === id || backup === id) {
      this.core.tables.customers.update(customer.id, { backup_payment_source_id: undefined });
    }
    this.#refreshCustomer(customer.id);
    const removed = { ...source, deleted: true };
    this.#record(removed, locally ? 'locally_deleted' : 'deleted');
    return removed;
  }

  /** Updates the status of cards that are about to expire or have expired. */
  runDueChanges(): void {
    for (const source of this.list()) {
      const status = statusAt(this.core.clock.now(), source.card);
      if (status === source.status) continue;
      const changed = this.core.tables.payment_sources.update(source.id, { status });
      this.#refreshCustomer(source.customer_id);
      if (status !== 'valid') this.#record(changed, status);
    }
  }

  /** Records two events for each change, as Chargebee does: one for the payment source and one for its card. */
  #record(source: PaymentSource, change: keyof typeof CARD_EVENTS): void {
    const subject = { payment_source: source };
    const { customer_id, id } = source;
    this.core.events.record(`payment_source_${change}`, customer_id, id, subject);
    this.core.events.record(CARD_EVENTS[change], customer_id, id, subject);
  }

  #setPrimary(customerId: string, id: string): void {
    this.core.tables.customers.update(customerId, { primary_payment_source_id: id });
    this.#refreshCustomer(customerId);
  }

  #requireOwned(customerId: string, id: string): PaymentSource {
    const source = this.retrieve(id, 'payment_source_id');
    if (source.customer_id !== customerId) {
      throw invalidState(`The payment source ${id} is not of the customer ${customerId}.`);
    }
    return source;
  }

  #requireUsableStatus(expiry: Expiry): PaymentSource['status'] {
    const { expiry_month: month, expiry_year: year } = expiry;
    if (month < 1 || month > 12) throw wrongValue('card[expiry_month]', 'must be from 1 to 12');
    if (year > MAX_EXPIRY_YEAR) {
      throw wrongValue('card[expiry_year]', `must be ${MAX_EXPIRY_YEAR} or earlier`);
    }
    const status = statusAt(this.core.clock.now(), expiry);
    if (status === 'expired') throw wrongValue('card[expiry_year]', 'the card has expired');
    return status;
  }

  #refreshCustomer(customerId: string): void {
    const primary = this.primaryOf(customerId);
    this.core.tables.customers.update(customerId, {
      card_status: primary?.status ?? 'no_card',
      payment_method: primary && toPaymentMethod(primary),
    });
  }
}

const toPaymentMethod = ({
  type,
  reference_id,
  gateway,
  gateway_account_id,
  status,
}: PaymentSource): PaymentMethod => ({
  object: 'payment_method',
  type,
  reference_id,
  gateway,
  gateway_account_id,
  status,
});

/** Returns whether a card can be charged at a time in UTC seconds. */
export const isChargeable = (seconds: number, card: Expiry): boolean =>
  statusAt(seconds, card) !== 'expired';

/** Returns a card's status at a time in UTC seconds. A card is valid until the end of its expiry month. */
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
  const testCard = acceptTestCard(number);
  return {
    ...rest,
    object: 'card',
    iin: testCard.number.slice(0, 6),
    last4: testCard.number.slice(-4),
    brand: testCard.brand,
    funding_type: testCard.funding,
    masked_number: testCard.number.slice(-4).padStart(testCard.number.length, '*'),
  };
}
