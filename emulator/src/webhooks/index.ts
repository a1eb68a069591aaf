import { serializeEvent } from '../api/serialize.js';
import type { Clock } from '../clock.js';
import type { EmulatorConfig } from '../config.js';
import type { FaultList } from '../faults/fault-list.js';
import { isChargebeeEvent } from '../store/event-types.js';
import type { StoreEvent, WebhookStatus } from '../store/events.js';
import { randomId } from '../store/ids.js';
import type { WebhookDelivery } from '../store/resources.js';
import type { Store } from '../store/store.js';
import { MAX_ENDPOINTS } from '../store/tables.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { DeliveryFault } from './delivery-queue.js';
import {
  acceptsEventType,
  configuredWebhookId,
  maskWebhookUrl,
  parseWebhook,
  toWebhookView,
} from './endpoint.js';
import type { EndpointSettings, WebhookInput, WebhookView } from './endpoint.js';
import { sendEvent } from './send.js';

export type { WebhookInput, WebhookView } from './endpoint.js';

/** How long changes of deliveries are collected before the data file is written. */
const SAVE_DELAY_MS = 200;
/** The maximum time for which an out-of-order fault holds a delivery back. */
const MAX_HOLD_MS = 10_000;

export interface WebhooksOptions {
  store: Store;
  clock: Clock;
  faults: FaultList;
  config: Pick<EmulatorConfig, 'webhooks' | 'webhookRetryDelays' | 'webhookTimeout'>;
  /** Writes all changes to disk. */
  save: () => Promise<void>;
}

/** Selects deliveries. */
export interface DeliveryFilter {
  event_type?: string;
  customer_id?: string;
  event_id?: string;
  /** `waitFor` defaults to `succeeded`. */
  status?: WebhookDelivery['status'];
}

/** The public view of a delivery: with its target URL, without secrets. */
export type DeliveryView = WebhookDelivery & { url: string };

/** Manages the site's webhooks and the deliveries to them. */
export class Webhooks {
  readonly #configured: ReadonlyMap<string, EndpointSettings>;
  readonly #queue: DeliveryQueue;
  readonly #unsubscribe: () => void;
  readonly #listeners = new Set<() => void>();
  #pendingSave: Promise<void> | undefined;
  #saveTimer: NodeJS.Timeout | undefined;

  /** @throws Error when a configured webhook is not valid, or is configured twice */
  constructor(private readonly options: WebhooksOptions) {
    const { store, clock, config } = options;
    if (config.webhooks.length > MAX_ENDPOINTS) {
      throw new Error(`There can be at most ${MAX_ENDPOINTS} webhooks, as at Chargebee.`);
    }
    this.#configured = parseConfigured(config.webhooks);
    this.#queue = new DeliveryQueue({
      clock,
      retryDelaysMs: config.webhookRetryDelays.map((seconds) => seconds * 1000),
      read: (id) => store.tables.webhook_deliveries.get(id),
      update: (id, changes) => this.#update(id, changes),
      attempt: (delivery, signal) => this.#attempt(delivery, signal),
    });
    this.#unsubscribe = store.events.subscribe((event) => this.#schedule(event));
  }

  /** Starts delivering, including deliveries left over from before a restart. */
  start(): void {
    for (const { id, next_attempt_at } of this.options.store.tables.webhook_deliveries.dump()) {
      if (next_attempt_at !== undefined) this.#queue.add(id);
    }
    this.#queue.start();
  }

  /** Returns the webhooks, without their passwords. */
  endpoints(): WebhookView[] {
    return [
      ...[...this.#configured].map(([id, settings]) => toWebhookView(id, settings, true)),
      ...this.#added.dump().map((endpoint) => toWebhookView(endpoint.id, endpoint, false)),
    ];
  }

  /** Adds a webhook until it is removed or the emulator is reset. @throws Error when it is not valid or there are five already */
  add(input: WebhookInput): WebhookView {
    const settings = parseWebhook(input);
    if (this.#configured.size + this.#added.size >= MAX_ENDPOINTS) {
      throw new Error(`There are ${MAX_ENDPOINTS} webhooks already, as many as Chargebee takes.`);
    }
    const id = randomId(16, 'whv2_');
    this.#added.insert({
      ...settings,
      id,
      object: 'webhook_endpoint',
      created_at: this.options.clock.now(),
    });
    return toWebhookView(id, settings, false);
  }

  /** Removes a webhook that was added. Returns whether it existed. */
  remove(id: string): boolean {
    if (!this.#added.get(id)) return false;
    this.#added.delete(id);
    return true;
  }

  /** Returns the matching deliveries, latest first, up to `limit`. */
  list(filter: DeliveryFilter = {}, limit = Infinity): DeliveryView[] {
    return this.#deliveries
      .dump()
      .reverse()
      .filter((delivery) => matches(delivery, filter))
      .slice(0, limit)
      .map((delivery) => this.#view(delivery));
  }

  /**
   * Waits for a matching delivery, by default a succeeded one. Resolves immediately if there is one already.
   * @param timeout Milliseconds. The default is below the timeouts of common test runners, so that this more helpful error is shown.
   * @throws Error when the timeout expires
   */
  async waitFor(
    filter: string | DeliveryFilter,
    { timeout = 4000 }: { timeout?: number } = {},
  ): Promise<DeliveryView> {
    const criteria: DeliveryFilter = {
      status: 'succeeded',
      ...(typeof filter === 'string' ? { event_type: filter } : filter),
    };
    const find = () => this.list(criteria)[0];
    return (
      find() ??
      new Promise((resolve, reject) => {
        const cleanUp = () => {
          clearTimeout(timer);
          this.#listeners.delete(check);
        };
        const check = () => {
          const found = find();
          if (!found) return;
          cleanUp();
          resolve(found);
        };
        const timer = setTimeout(() => {
          cleanUp();
          const existing = this.list().map(({ event_type, status, failure_reason: reason }) =>
            [event_type, status, ...(reason ? [`(${reason})`] : [])].join(' '),
          );
          reject(
            new Error(
              `No delivery like ${JSON.stringify(criteria)} within ${timeout} ms. There are: ${existing.slice(0, 20).join(', ') || 'none'}.`,
            ),
          );
        }, timeout);
        this.#listeners.add(check);
      })
    );
  }

  /** Resolves when nothing is in flight or due. Ignores retries that are due later. @throws Error after `timeout` milliseconds */
  async flush({ timeout = 10_000 }: { timeout?: number } = {}): Promise<void> {
    const signal = AbortSignal.timeout(timeout);
    await this.#queue.idle(signal).catch(() => {
      throw new Error(`Deliveries are still in flight after ${timeout} ms.`);
    });
  }

  /**
   * Sends a delivery again, given its id, or an event to every webhook, given the event's id. Includes webhooks added since.
   * @returns The deliveries. @throws Error when no delivery or event has the id
   */
  resend(id: string): DeliveryView[] {
    const event = this.options.store.tables.events.get(id);
    const deliveries = event ? this.#deliveriesOf(event) : [this.#deliveries.get(id)];
    return deliveries.map((delivery) => {
      if (!delivery) throw new Error(`There is no delivery and no event ${id}.`);
      const now = this.options.clock.nowMs();
      const status = delivery.status === 'failed' ? 're_scheduled' : delivery.status;
      this.#update(delivery.id, { status, next_attempt_at: now });
      this.#queue.add(delivery.id);
      return this.#view(this.#deliveries.require(delivery.id));
    });
  }

  /** Calls `listener` whenever a delivery changes. Returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Discards queued deliveries after the data has been reset. */
  clear(): void {
    this.#queue.clear();
  }

  /** Stops delivering. With a data file, queued deliveries are made after the next start. */
  async close(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#saveTimer);
    await this.#queue.stop();
  }

  get #added() {
    return this.options.store.tables.webhook_endpoints;
  }

  get #deliveries() {
    return this.options.store.tables.webhook_deliveries;
  }

  #endpoint(id: string): EndpointSettings | undefined {
    return this.#configured.get(id) ?? this.#added.get(id);
  }

  #schedule(event: StoreEvent): void {
    if (!isChargebeeEvent(event.type)) return;
    this.#pendingSave = undefined; // It may not contain this event.
    const endpoints = [
      ...this.#configured,
      ...this.#added.dump().map((endpoint) => [endpoint.id, endpoint] as const),
    ];
    for (const [id, settings] of endpoints) {
      if (acceptsEventType(settings, event.type)) this.#create(event, id);
    }
    if (endpoints.length > 0) {
      this.#refreshStatus(
        event.id,
        endpoints.map(([id]) => id),
      );
    }
  }

  #create(event: StoreEvent, webhookId: string): WebhookDelivery {
    const now = this.options.clock.nowMs();
    const fault = this.options.faults.strikeDelivery(event.type);
    const delay = fault?.latency ?? (fault?.delivery === 'out_of_order' ? MAX_HOLD_MS : 0);
    const dropped = fault?.delivery === 'never';
    const delivery = this.#deliveries.insert({
      id: randomId(16, 'whd_'),
      object: 'webhook_delivery',
      created_at: this.options.clock.now(),
      event_id: event.id,
      event_type: event.type,
      customer_id: event.customer_id,
      webhook_id: webhookId,
      status: dropped ? 'failed' : 'scheduled',
      retries: 0,
      attempts: [],
      ...(dropped
        ? { failure_reason: 'A fault keeps it from being sent.' }
        : { next_attempt_at: now + delay }),
    });
    if (!dropped) this.#queue.add(delivery.id, toDeliveryFault(fault?.delivery));
    return delivery;
  }

  /** Returns the deliveries of an event to all webhooks, creating those that do not exist yet. */
  #deliveriesOf(event: StoreEvent): WebhookDelivery[] {
    const existing = this.#deliveries.group(event.id);
    const ids = this.endpoints().map(({ id }) => id);
    if (!isChargebeeEvent(event.type) || ids.length === 0) {
      throw new Error(`The event ${event.id} is not one that can be sent to a webhook.`);
    }
    return ids.map(
      (id) => existing.find(({ webhook_id }) => webhook_id === id) ?? this.#create(event, id),
    );
  }

  async #attempt(delivery: WebhookDelivery, signal: AbortSignal) {
    const { store, config, save } = this.options;
    try {
      // Save first: an event that a receiver knows about must survive a crash of the emulator.
      await (this.#pendingSave ??= save());
    } catch (error) {
      this.#pendingSave = undefined;
      return { error: (error as Error).message };
    }
    const endpoint = this.#endpoint(delivery.webhook_id);
    const event = store.tables.events.get(delivery.event_id);
    if (!endpoint) return { impossible: 'The webhook has been removed.' };
    if (!event) return { impossible: 'The event is not kept any more.' };
    return sendEvent(endpoint, serializeEvent(event).event, {
      timeoutMs: config.webhookTimeout,
      signal,
    });
  }

  #update(id: string, changes: Partial<WebhookDelivery>): void {
    // It may have been evicted by newer deliveries.
    if (!this.#deliveries.get(id)) return;
    const { event_id } = this.#deliveries.update(id, changes);
    this.#refreshStatus(event_id);
    [...this.#listeners].forEach((listener) => listener());
    this.#scheduleSave();
  }

  /** Schedules a save. If the emulator is killed before it, the result is lost and the delivery is repeated. */
  #scheduleSave(): void {
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      // The next request that depends on the file reports the failure.
      this.options.save().catch(() => undefined);
    }, SAVE_DELAY_MS).unref();
  }

  /**
   * Updates the event's status from its deliveries.
   * @param endpointIds All webhooks, when the event is new. Those without a delivery are recorded as skipped.
   */
  #refreshStatus(eventId: string, endpointIds: readonly string[] = []): void {
    const { events } = this.options.store.tables;
    const event = events.get(eventId);
    if (!event) return;
    const deliveries = [...this.#deliveries.group(eventId)].reverse();
    const skippedBefore = event.webhooks.filter(({ webhook_status: s }) => s === 'skipped');
    const skippedIds = [...skippedBefore.map(({ id }) => id), ...endpointIds].filter((id) =>
      deliveries.every(({ webhook_id }) => webhook_id !== id),
    );
    const failed = deliveries.find(({ failure_reason }) => failure_reason !== undefined);
    const webhooks = [
      ...deliveries.map(({ webhook_id, status }) => ({ id: webhook_id, webhook_status: status })),
      ...skippedIds.map((id) => ({ id, webhook_status: 'skipped' as const })),
    ];
    events.update(eventId, {
      webhooks,
      webhook_status: overallStatus(webhooks.map(({ webhook_status }) => webhook_status)),
      webhook_failure_reason: failed?.failure_reason,
    });
  }

  #view(delivery: WebhookDelivery): DeliveryView {
    const endpoint = this.#endpoint(delivery.webhook_id);
    return { ...delivery, url: endpoint ? maskWebhookUrl(endpoint.url) : '(removed)' };
  }
}

/** @throws Error when a webhook is not valid, or two have the same id: deliveries could not be distinguished */
function parseConfigured(inputs: readonly WebhookInput[]): Map<string, EndpointSettings> {
  const configured = new Map<string, EndpointSettings>();
  for (const settings of inputs.map(parseWebhook)) {
    const id = configuredWebhookId(settings);
    if (configured.has(id)) {
      throw new Error(
        `Two webhooks have the URL ${maskWebhookUrl(settings.url)} and the same user name. ` +
          'Configure one, with the events of both.',
      );
    }
    configured.set(id, settings);
  }
  return configured;
}

function matches(
  delivery: WebhookDelivery,
  { event_type, customer_id, event_id, status }: DeliveryFilter,
): boolean {
  return (
    (event_type ?? delivery.event_type) === delivery.event_type &&
    (customer_id ?? delivery.customer_id) === delivery.customer_id &&
    (event_id ?? delivery.event_id) === delivery.event_id &&
    (status ?? delivery.status) === delivery.status
  );
}

const toDeliveryFault = (kind: string | undefined): DeliveryFault => ({
  twice: kind === 'twice',
  outOfOrder: kind === 'out_of_order',
});

/** Returns the status of an event with several webhooks: the one that needs most attention. */
function overallStatus(statuses: readonly WebhookStatus[]): WebhookStatus {
  const order: readonly WebhookStatus[] = ['failed', 're_scheduled', 'scheduled', 'succeeded'];
  return order.find((status) => statuses.includes(status)) ?? statuses[0] ?? 'not_configured';
}
