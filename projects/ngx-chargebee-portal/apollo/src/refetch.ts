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

/** The operation names of the queries to fetch again, for each type of event. */
export type RefetchQueries = Partial<Record<PortalEventType, readonly string[]>>;

/** Options of `withRefetch`. */
export interface RefetchOptions extends ApolloBackendOptions {
  /** The milliseconds between the event and the first fetch; by default 1000, at most 60000. */
  delay?: number;
  /**
   * The number of further fetches of a query whose data has not changed yet; by default 4, at most 10. The delay doubles each
   * time, up to 30 seconds. With `0`, the query is fetched once.
   */
  retries?: number;
}

const DEFAULTS = { delay: 1000, retries: 4 };
const LIMITS = { delay: 60_000, retries: 10 };

/**
 * Fetches Apollo queries again after the user has changed something in the portal. Your backend receives the change with
 * Chargebee's webhook, usually later than the portal reports it. So a query is fetched until its data has changed, or there
 * are no retries left.
 *
 * When the portal is closed, all these queries are fetched once more. If the portal has reported no event until then, as
 * when it was opened without chargebee.js, they are fetched with retries too. Only queries that are being watched are fetched.
 *
 * ```ts
 * withRefetch({ subscriptionChanged: ['Subscriptions'], paymentSourceAdd: ['PaymentMethods'] })
 * ```
 *
 * @param queries The operation names of the queries, for each type of event.
 * @param options The delay, the number of retries and the Apollo client.
 * @throws PortalError `NOT_CONFIGURED` if the delay or the number of retries is out of range.
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
  let hasReported = false;
  return ({ type }) => {
    schedule.start(queries[type] ?? [], retries);
    if (type === 'close') {
      schedule.start(allNames, hasReported ? 0 : retries);
      hasReported = false;
    } else {
      hasReported = true;
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
