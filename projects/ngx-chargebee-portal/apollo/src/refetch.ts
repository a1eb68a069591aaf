import { DestroyRef, inject, Injector, runInInjectionContext } from '@angular/core';
import { type PortalEvent, type PortalEventType, type PortalFeature } from 'ngx-chargebee-portal';
import type { ApolloBackendOptions } from './apollo-backend';
import { apolloClient } from './apollo-client';

/** Which queries to fetch again, by the names of their operations, on which event. */
export type RefetchQueries = Partial<Record<PortalEventType, readonly string[]>>;

/** When queries are fetched again, and by which client. */
export interface RefetchOptions extends ApolloBackendOptions {
  /**
   * How long to wait after the event, in milliseconds; 0 by default. Your own data follows Chargebee's by webhook, a
   * moment later than the portal's event.
   */
  delay?: number;
}

/**
 * Fetches Apollo queries again when something has changed in the portal: once for each event, and only the queries that
 * are being watched then.
 *
 * `withRefetch({ subscriptionChanged: ['Subscriptions'] }, { delay: 2000 })`
 *
 * @param queries The names of the queries, for each event.
 * @param options When, and by which client.
 */
export function withRefetch(queries: RefetchQueries, options: RefetchOptions = {}): PortalFeature {
  return { makeListener: () => refetchOn(queries, options) };
}

function refetchOn(queries: RefetchQueries, { client, delay }: RefetchOptions) {
  const injector = inject(Injector);
  const timers = new Set<ReturnType<typeof setTimeout>>();
  inject(DestroyRef).onDestroy(() => timers.forEach(clearTimeout));

  const refetch = (names: readonly string[]): void => {
    const apollo = runInInjectionContext(injector, () => apolloClient('withRefetch()', client));
    for (const query of apollo.client.getObservableQueries('active')) {
      // The query tells its watchers of a failure itself.
      if (names.includes(query.queryName ?? '')) query.refetch().catch(() => undefined);
    }
  };

  return ({ type }: PortalEvent): void => {
    const names = queries[type];
    if (!names) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      refetch(names);
    }, delay);
    timers.add(timer);
  };
}
