import type { EmulatorContext } from '../context.js';
import type { FaultList } from '../faults/fault-list.js';
import type { RequestRecorder, SeenRequest } from '../recorder/index.js';
import { toLogEntry } from '../recorder/mask.js';
import { cardName } from '../store/card-names.js';
import { customerName } from '../store/customers.js';
import type { Customer } from '../store/resources.js';
import type { DeliveryView, Webhooks } from '../webhooks/index.js';
import type { Overview } from './overview-data.js';

/** The maximum number of rows per table. */
const MAX_ROWS = 50;

export interface OverviewSources extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
  webhooks: Webhooks;
}

/** Each page of the portal loads two files, which would fill half of the table. */
const isPortalFile = ({ url, status, fault }: SeenRequest): boolean =>
  status === 200 && !fault && /^\/portal\/v2\/portal\.(css|js)$/.test(url);

export function createOverview({
  store,
  clock,
  config,
  publicUrl,
  faults,
  recorder,
  webhooks,
}: OverviewSources): Overview {
  const customers = store.customers.list();
  const sessions = store.portalSessions.list();
  return {
    site: config.site,
    url: publicUrl(),
    clock: { iso: new Date(clock.nowMs()).toISOString(), offset: Math.round(clock.offset) },
    customers: customers.slice(0, MAX_ROWS).map((customer) => toCustomerRow(customer, store)),
    customerCount: customers.length,
    sessions: sessions.slice(0, MAX_ROWS).map((session) => ({
      id: session.id,
      customer: session.customer_id,
      status: session.status,
      createdAt: session.created_at,
    })),
    sessionCount: sessions.length,
    requests: recorder
      .list()
      .filter((request) => !isPortalFile(request))
      .slice(0, MAX_ROWS)
      .map(({ id, at, method, url, status, durationMs, fault, ignored = [] }) => ({
        id,
        at,
        method,
        url,
        status,
        durationMs,
        ignored,
        ...(fault ? { fault } : {}),
      })),
    events: store.events.list().slice(0, MAX_ROWS).map(toLogEntry),
    webhooks: webhooks.endpoints(),
    deliveries: webhooks.list({}, MAX_ROWS).map(toDeliveryRow),
    faults: [...faults.list()],
  };
}

function toCustomerRow(
  customer: Customer,
  { catalogue, paymentSources, subscriptions }: EmulatorContext['store'],
): Overview['customers'][number] {
  const card = paymentSources.primaryOf(customer.id)?.card;
  return {
    id: customer.id,
    name: customerName(customer),
    card: card ? cardName(card) : null,
    subscriptions: subscriptions.forCustomer(customer.id).map((subscription) => ({
      id: subscription.id,
      plan: catalogue.planOf(subscription).external_name,
      status: subscription.status,
    })),
  };
}

function toDeliveryRow(delivery: DeliveryView): Overview['deliveries'][number] {
  const last = delivery.attempts.at(-1);
  const answer = last && (last.error ?? `${last.status} ${last.body ?? ''}`.trim());
  return {
    id: delivery.id,
    createdAt: delivery.created_at * 1000,
    eventType: delivery.event_type,
    customer: delivery.customer_id,
    url: delivery.url,
    status: delivery.status,
    attempts: delivery.attempts.length,
    answer: answer ?? delivery.failure_reason ?? null,
    nextAttemptAt: delivery.next_attempt_at ?? null,
  };
}
