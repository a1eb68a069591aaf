import type { Clock } from '../clock.js';
import type { Collection } from './collection.js';
import { currentOrigin } from './event-origin.js';
import type { EventSource } from './event-origin.js';
import { EVENT_CONTENT, isChargebeeEvent } from './event-types.js';
import type { ContentName, StoreEventType } from './event-types.js';
import { randomId } from './ids.js';
import type {
  Customer,
  Invoice,
  PaymentSource,
  Resource,
  Subscription,
  Transaction,
} from './resources.js';

export type { StoreEventType } from './event-types.js';

/** The delivery status of an event, as in Chargebee. */
export type WebhookStatus =
  | 'not_configured'
  | 'scheduled'
  | 'succeeded'
  | 're_scheduled'
  | 'failed'
  | 'skipped'
  | 'not_applicable'
  | 'disabled';

/** The resources right after the change. Stored resources are immutable, so no copies are needed. */
export interface EventContent {
  customer?: Customer;
  subscription?: Subscription;
  /** All subscriptions of the customer, for event types whose content lists them. */
  subscriptions?: readonly Subscription[];
  /** The payment source whose card is in the content. */
  card?: PaymentSource;
  payment_source?: PaymentSource;
  invoice?: Invoice;
  transaction?: Transaction;
}

/** A recorded event. */
export interface StoreEvent extends Resource {
  object: 'event';
  type: StoreEventType;
  /** UTC seconds. */
  occurred_at: number;
  customer_id: string;
  /** The id of the resource that changed. */
  resource_id: string;
  source: EventSource;
  user?: string;
  content: EventContent;
  webhook_status: WebhookStatus;
  webhook_failure_reason?: string;
  /** One entry per webhook that the event is sent to. */
  webhooks: { id: string; webhook_status: WebhookStatus }[];
}

/** Resources that complete or override what is read from the tables for an event's content. */
export interface EventSubject {
  /** The customer, if it has been deleted. */
  customer?: Customer | undefined;
  /** The subscription to include, if the event's `resource_id` is the id of another resource. */
  subscription_id?: string | undefined;
  subscriptions?: readonly Subscription[] | undefined;
  invoice?: Invoice | undefined;
  transaction?: Transaction | undefined;
  payment_source?: PaymentSource | undefined;
}

/** Reads the named resources for an event's content. */
export type ContentReader = (
  names: readonly ContentName[],
  customerId: string,
  resourceId: string,
  subject: EventSubject,
) => EventContent;

/** Records events and notifies listeners. Keeps the most recent ones. */
export class EventLog {
  #silent = false;
  readonly #listeners = new Set<(event: StoreEvent) => void>();

  constructor(
    private readonly events: Collection<StoreEvent>,
    private readonly clock: Clock,
    private readonly readContent: ContentReader,
  ) {}

  /** Records an event. Call it after the change has been written, because it reads the content from the tables immediately. */
  record(
    type: StoreEventType,
    customerId: string,
    resourceId: string,
    subject: EventSubject = {},
  ): void {
    if (this.#silent) return;
    const now = this.clock.now();
    const event = this.events.insert({
      id: randomId(16, 'ev_'),
      object: 'event',
      created_at: now,
      occurred_at: now,
      type,
      customer_id: customerId,
      resource_id: resourceId,
      ...currentOrigin(),
      content: isChargebeeEvent(type)
        ? this.readContent(EVENT_CONTENT[type], customerId, resourceId, subject)
        : {},
      webhook_status: isChargebeeEvent(type) ? 'not_configured' : 'not_applicable',
      webhooks: [],
    });
    this.#listeners.forEach((listener) => listener(event));
  }

  /** Runs `action` without recording events, for example while seeding. */
  silently<T>(action: () => T): T {
    this.#silent = true;
    try {
      return action();
    } finally {
      this.#silent = false;
    }
  }

  /** Returns the stored events, last recorded first, regardless of the clock. */
  list(): readonly StoreEvent[] {
    return this.events.dump().reverse();
  }

  /** Calls `listener` for every new event. Returns a function that unsubscribes it. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
