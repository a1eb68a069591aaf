import type { EmulatorContext } from '../context.js';
import type { FaultList } from '../faults/fault-list.js';
import type { RequestRecorder } from '../recorder/index.js';
import { maskEvent } from '../recorder/mask.js';
import { customerName } from '../store/customers.js';
import type { Overview } from './overview-data.js';

/** How many of the latest of each kind the page shows. */
const SHOWN = 50;

export interface OverviewSources extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
}

export function overviewOf({
  store,
  clock,
  config,
  publicUrl,
  faults,
  recorder,
}: OverviewSources): Overview {
  const customers = store.customers.list();
  const sessions = store.portalSessions.list();
  return {
    site: config.site,
    url: publicUrl(),
    clock: { iso: new Date(clock.nowMs()).toISOString(), offset: Math.round(clock.offset) },
    customers: customers.slice(0, SHOWN).map((customer) => ({
      id: customer.id,
      name: customerName(customer),
      card: cardOf(store.paymentSources.primaryOf(customer.id)?.card),
      subscriptions: store.subscriptions.forCustomer(customer.id).map((subscription) => ({
        id: subscription.id,
        plan: store.catalogue.planOf(subscription).external_name,
        status: subscription.status,
      })),
    })),
    customerCount: customers.length,
    sessions: sessions.slice(0, SHOWN).map((session) => ({
      id: session.id,
      customer: session.customer_id,
      status: session.status,
      createdAt: session.created_at,
    })),
    sessionCount: sessions.length,
    requests: recorder
      .list()
      .slice(0, SHOWN)
      .map(({ id, at, method, url, status, durationMs, fault }) => ({
        ...{ id, at, method, url, status, durationMs },
        ...(fault ? { fault } : {}),
      })),
    events: store.events.list().slice(0, SHOWN).map(maskEvent),
    faults: [...faults.list()],
  };
}

const cardOf = (card: { brand: string; last4: string } | undefined): string | null =>
  card ? `${card.brand.replace('_', ' ')} ending in ${card.last4}` : null;
