import { AsyncLocalStorage } from 'node:async_hooks';

/** The source of a change, as in Chargebee's `source` attribute of events. */
export type EventSource = 'api' | 'portal' | 'hosted_page' | 'scheduled_job' | 'admin_console';

export interface EventOrigin {
  source: EventSource;
  /** Who made the change: the name of the API key, or the e-mail address of the customer in the portal. */
  user?: string;
}

const current = new AsyncLocalStorage<EventOrigin>();

/** Runs `action`. Events recorded in it have this origin. */
export const withOrigin = <T>(origin: EventOrigin, action: () => T): T =>
  current.run(origin, action);

/** Returns the origin set by `withOrigin`. Code that calls the store directly counts as the merchant's own staff. */
export const currentOrigin = (): EventOrigin => current.getStore() ?? { source: 'admin_console' };
