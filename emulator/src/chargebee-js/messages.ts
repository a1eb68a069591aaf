/**
 * The messages that chargebee.js and the pages in its iframe or window exchange by postMessage. The session token is sent this way too,
 * so that no URL contains it.
 */

/** The callbacks that a portal page or hosted page can trigger, besides `loaded` and `close`. */
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

/** A callback's name and its argument. */
export interface PageEvent {
  name: EventName;
  data?: unknown;
}

/** Sent from a page to chargebee.js. `loaded` and `event` trigger callbacks, so they are sent to allowed origins only. */
export type PageMessage = { chargebee: 'page' } & (
  | { type: 'ready' }
  | { type: 'authenticated' }
  | { type: 'unauthenticated' }
  /** The page is visible. `callbacks`: whether the merchant's origin is allowed to receive callbacks. */
  | { type: 'shown'; callbacks: boolean }
  | { type: 'loaded' }
  | { type: 'close' }
  | ({ type: 'event' } & PageEvent)
);

/** Sent from chargebee.js to the authentication page. */
export interface ScriptMessage {
  chargebee: 'script';
  type: 'authenticate';
  token: string;
  /** The id of the login, so that an earlier logout request cannot end it. */
  login: string;
}

const isFrom = (sender: 'page' | 'script', data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'chargebee' in data && data.chargebee === sender;

export const isPageMessage = (data: unknown): data is PageMessage => isFrom('page', data);
export const isScriptMessage = (data: unknown): data is ScriptMessage => isFrom('script', data);
