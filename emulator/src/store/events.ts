import { randomId } from './ids.js';

/** What has happened, by the names of Chargebee's own events. */
export type StoreEventType =
  | 'customer_created'
  | 'customer_changed'
  | 'subscription_changed'
  | 'subscription_changes_scheduled'
  | 'subscription_scheduled_changes_removed'
  | 'subscription_cancellation_scheduled'
  | 'subscription_scheduled_cancellation_removed'
  | 'subscription_cancelled'
  | 'subscription_reactivated'
  | 'subscription_renewed'
  | 'subscription_activated'
  | 'subscription_started'
  | 'subscription_pause_scheduled'
  | 'subscription_scheduled_pause_removed'
  | 'subscription_paused'
  | 'subscription_resumption_scheduled'
  | 'subscription_scheduled_resumption_removed'
  | 'subscription_resumed'
  | 'payment_source_added'
  | 'payment_source_updated'
  | 'payment_source_deleted'
  | 'invoice_generated'
  | 'invoice_updated'
  | 'portal_session_created'
  | 'portal_session_logged_in'
  | 'portal_session_logged_out'
  | 'portal_session_activated'
  | 'hosted_page_changed';

export interface StoreEvent {
  id: string;
  type: StoreEventType;
  /** UTC seconds. */
  occurred_at: number;
  customer_id: string;
  /** The resource it is about. */
  resource_id: string;
}

const KEPT = 500;

/** The last events, the newest first, and those who want to hear of new ones. */
export class EventLog {
  #events: StoreEvent[] = [];
  readonly #listeners = new Set<(event: StoreEvent) => void>();

  constructor(private readonly now: () => number) {}

  record(type: StoreEventType, customerId: string, resourceId: string): void {
    const event: StoreEvent = {
      id: randomId(16, 'ev_'),
      type,
      occurred_at: this.now(),
      customer_id: customerId,
      resource_id: resourceId,
    };
    this.#events = [event, ...this.#events.slice(0, KEPT - 1)];
    this.#listeners.forEach((listener) => listener(event));
  }

  list(): readonly StoreEvent[] {
    return this.#events;
  }

  clear(): void {
    this.#events = [];
  }

  /** Puts these in place of what is there. */
  restore(events: readonly StoreEvent[]): void {
    this.#events = [...events];
  }

  /** Calls `listener` for every event from now on. Returns the function that stops it. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
