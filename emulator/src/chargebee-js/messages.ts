/**
 * What chargebee.js on the merchant's page and the pages inside its iframe or window tell each other by postMessage.
 * The session's token goes this way too, so that it stands in no URL.
 */

/** Callbacks that a portal page or a hosted page can fire, beside `loaded` and `close`. */
export type EventName =
  | 'visit'
  | 'paymentSourceAdd'
  | 'paymentSourceUpdate'
  | 'paymentSourceRemove'
  | 'subscriptionChanged'
  | 'subscriptionCustomFieldsChanged'
  | 'subscriptionCancelled'
  | 'subscriptionResumed'
  | 'subscriptionPaused'
  | 'scheduledPauseRemoved'
  | 'scheduledCancellationRemoved'
  | 'subscriptionReactivated'
  | 'subscriptionExtended'
  | 'success'
  | 'step';

/** A callback's name and what it is called with. */
export interface PageEvent {
  name: EventName;
  data?: unknown;
}

/** From a page to chargebee.js. `loaded` and `event` are callbacks, and go to the site's own origins only. */
export type PageMessage = { chargebee: 'page' } & (
  | { type: 'ready' }
  | { type: 'authenticated' }
  | { type: 'unauthenticated' }
  /** It can be seen. `callbacks`: whether the origin of the merchant's page is one of the site's. */
  | { type: 'shown'; callbacks: boolean }
  | { type: 'loaded' }
  | { type: 'close' }
  | ({ type: 'event' } & PageEvent)
);

/** From chargebee.js to the page that authenticates. */
export interface HostMessage {
  chargebee: 'host';
  type: 'authenticate';
  token: string;
  /** Which of the instance's logins this is, so that a logout sent before it cannot end it. */
  login: string;
}

const isFrom = (sender: 'page' | 'host', data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'chargebee' in data && data.chargebee === sender;

export const isPageMessage = (data: unknown): data is PageMessage => isFrom('page', data);
export const isHostMessage = (data: unknown): data is HostMessage => isFrom('host', data);
