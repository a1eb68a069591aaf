import { inject, Injector, runInInjectionContext } from '@angular/core';
import {
  PortalError,
  withPortalEvents,
  type PortalEvent,
  type PortalEventType,
  type PortalFeature,
} from 'ngx-chargebee-portal';
import type { ApolloBackendOptions } from './apollo-backend';
import { apolloClient } from './apollo-client';
import { RefetchSchedule } from './refetch-schedule';

/** The names of the queries to fetch again, for each type of event. */
export type RefetchQueries = Partial<Record<PortalEventType, readonly string[]>>;

/** When queries are fetched again, and by which client. */
export interface RefetchOptions extends ApolloBackendOptions {
  /** Milliseconds between the event and the first fetch; 1000 by default, at most 60000. */
  delay?: number;
  /**
   * How often a query whose data has not changed is fetched once more; 4 by default, at most 10. The pause doubles each
   * time, up to 30 seconds. `0` fetches once.
   */
  retries?: number;
}

const DEFAULTS = { delay: 1000, retries: 4 };
const LIMITS = { delay: 60_000, retries: 10 };

/**
 * Fetches Apollo queries again after something has changed in the portal. Your backend learns of a change by Chargebee's
 * webhook, a moment after the portal reports it, so a query is fetched again until its data has changed, or its retries
 * are used up.
 *
 * When the portal is closed, all the queries named are fetched once more: with retries only where the portal reported
 * nothing else, as when it was opened without chargebee.js. Only queries that are being watched are fetched.
 *
 * ```ts
 * withRefetch({ subscriptionChanged: ['Subscriptions'], paymentSourceAdd: ['PaymentMethods'] })
 * ```
 *
 * @param queries The names of the queries' operations, for each event.
 * @param options When, and by which client.
 */
export function withRefetch(
  queries: RefetchQueries,
  options: RefetchOptions = {},
): PortalFeature<'events'> {
  const timing = { ...DEFAULTS, ...withoutUndefined(options) };
  for (const name of ['delay', 'retries'] as const) checkBound(name, timing[name]);
  return withPortalEvents(() => {
    const injector = inject(Injector);
    const schedule = new RefetchSchedule(timing, () =>
      runInInjectionContext(injector, () => apolloClient('withRefetch()', options.client).client),
    );
    return { onEvent: createListener(queries, timing.retries, schedule) };
  });
}

function createListener(
  queries: RefetchQueries,
  retries: number,
  schedule: RefetchSchedule,
): (event: PortalEvent) => void {
  const allNames = [...new Set(Object.values(queries).flat())];
  let reportedSomething = false;
  return ({ type }) => {
    schedule.start(queries[type] ?? [], retries);
    if (type === 'close') {
      schedule.start(allNames, reportedSomething ? 0 : retries);
      reportedSomething = false;
    } else {
      reportedSomething = true;
    }
  };
}

function checkBound(name: keyof typeof LIMITS, value: number): void {
  if (Number.isFinite(value) && value >= 0 && value <= LIMITS[name]) return;
  throw new PortalError(
    'NOT_CONFIGURED',
    `withRefetch(): ${name} is ${value}; it must be a number from 0 to ${LIMITS[name]}.`,
    { argument: 'withRefetch' },
  );
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
