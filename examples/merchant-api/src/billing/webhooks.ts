import { createHash, timingSafeEqual } from 'node:crypto';
import {
  basicAuthValidator,
  WebhookAuthenticationError,
  type default as Chargebee,
} from 'chargebee';
import type { Request, RequestHandler, Response } from 'express';
import type { Changes } from '../account/changes.js';
import type { Config } from '../config.js';
import type { Database } from '../database/open.js';
import { handledEvents } from '../database/schema.js';
import { toLog } from '../errors.js';
import { storeResources, type Resources } from './store.js';

/** The events that change what the account page shows. Others are acknowledged and ignored. */
const USED_EVENTS = [
  'customer_created',
  'customer_changed',
  'customer_deleted',
  'payment_source_added',
  'payment_source_updated',
  'payment_source_deleted',
  'payment_source_locally_deleted',
  'subscription_created',
  'subscription_created_with_backdating',
  'subscription_started',
  'subscription_activated',
  'subscription_activated_with_backdating',
  'subscription_changed',
  'subscription_changed_with_backdating',
  'subscription_trial_extended',
  'subscription_changes_scheduled',
  'subscription_renewed',
  'subscription_items_renewed',
  'subscription_scheduled_changes_removed',
  'subscription_cancellation_scheduled',
  'subscription_scheduled_cancellation_removed',
  'subscription_cancelled',
  'subscription_canceled_with_backdating',
  'subscription_reactivated',
  'subscription_reactivated_with_backdating',
  'subscription_pause_scheduled',
  'subscription_paused',
  'subscription_scheduled_pause_removed',
  'subscription_resumption_scheduled',
  'subscription_scheduled_resumption_removed',
  'subscription_resumed',
  'subscription_deleted',
  'subscription_moved_in',
  'subscription_moved_out',
  'invoice_generated',
  'invoice_generated_with_backdating',
  'invoice_updated',
  'invoice_deleted',
  'payment_succeeded',
  'payment_failed',
  'payment_refunded',
];

/** The attributes of an event that the handler uses. */
interface UsedEvent {
  readonly id: string;
  readonly content: Resources;
}

/** Creates the webhook endpoint. It responds with 200 only after the event's data has been stored. */
export function webhookRoute(
  chargebee: Chargebee,
  db: Database,
  changes: Changes,
  { webhook }: Config,
): RequestHandler {
  const handler = chargebee.webhooks.createHandler<Request, Response>({
    requestValidator: basicAuthValidator(
      (name, password) => isSame(name, webhook.username) && isSame(password, webhook.password),
    ),
  });

  const handleUsed = async ({ event, response }: { event: UsedEvent; response?: Response }) => {
    let customerIds: Set<string> | undefined;
    try {
      customerIds = await handleOnce(db, event);
    } catch (error) {
      // Caught here, because the SDK's `error` event has no response if a listener rejects.
      console.error('webhook:', toLog(error));
      // Chargebee retries the event after an error status.
      response?.status(500).json({ error: 'The event could not be stored.' });
      return;
    }
    response?.json({ handled: true, repeated: customerIds === undefined });
    for (const customerId of customerIds ?? []) changes.emit(customerId);
  };
  for (const type of USED_EVENTS) handler.on(type as 'customer_changed', handleUsed);

  handler.on('unhandled_event', ({ event, response }) => {
    response?.json({ handled: false, reason: `${event.event_type} changes nothing here` });
  });

  handler.on('error', (error, { response }) => {
    if (error instanceof WebhookAuthenticationError) {
      response?.status(401).json({ error: 'The credentials are missing or wrong.' });
    } else {
      // The body is not JSON, or not an event.
      response?.status(400).json({ error: error.message });
    }
  });

  return async (request, response) => {
    const body = request.body as string;
    await handler.handle({ body, headers: request.headers, request, response });
  };
}

/**
 * Stores an event's data unless the event has been handled before. Resolves to the ids of the customers whose data changed,
 * and to undefined for a repeated event. A transaction writes the event's id together with its resources.
 */
function handleOnce(db: Database, { id, content }: UsedEvent): Promise<Set<string> | undefined> {
  return db.transaction(async (transaction) => {
    const isNew = await transaction
      .insert(handledEvents)
      .values({ id })
      .onConflictDoNothing()
      .returning();
    return isNew.length ? storeResources(transaction, content) : undefined;
  });
}

/** Compares in constant time, so that response times do not reveal the password. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
