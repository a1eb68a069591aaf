import type { ChargebeeInstance, PortalSessionSource } from '../chargebee-js/chargebee-types';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalStatus } from '../portal/portal-service';

/**
 * What all portal services of a page know together, whichever injector or copy of this library they come from.
 *
 * It is stored on `window` under a key that contains its version, so that copies of different releases can share it. A
 * release may add optional members. One that changes a member needs a new key: to each other, the two versions are then
 * other code that uses chargebee.js.
 */
export interface PageRecord {
  /** The instance of chargebee.js that the following members describe. */
  instance?: ChargebeeInstance;
  /** Whether this library has created it, and so has seen every call of other code. */
  isOwnInstance: boolean;
  /** Whether other code has used it, and so may open the portal at any time without being noticed. */
  isShared?: boolean;
  /** Whether it was created anew to show an iframe, since windows are blocked. */
  isIframeForced?: boolean;
  /** Whether it is certain that chargebee.js requests a session before it shows the portal. */
  isLoggedOut: boolean;
  /** Greater than zero while the library itself is calling chargebee.js. */
  ownCalls: number;
  /** The session function that other code has set. */
  otherSession?: PortalSessionSource;
  /** The one opening of the page. */
  opening?: PageOpening;
  readonly listeners: Set<PageListener>;
}

/** An opening, as far as other services may use it. */
export interface PageOpening {
  readonly status: PortalStatus;
  /** Closes the portal, as the customer does. */
  close(): void;
  /** Ends the opening because another one begins, or because other code has logged chargebee.js out. */
  replace(): void;
  /** Other code has set a session function, which chargebee.js may call for this opening. */
  onSessionReplaced(): void;
}

/** A service that follows what happens on the page. */
export interface PageListener {
  onStatus(status: PortalStatus): void;
  onEvent(event: PortalEvent): void;
}

const KEY = Symbol.for('ngx-chargebee-portal/1');

/** The record of this page. Only in a browser. */
export function getPageRecord(): PageRecord {
  const page = window as { [KEY]?: PageRecord };
  return (page[KEY] ??= {
    isOwnInstance: false,
    isLoggedOut: false,
    ownCalls: 0,
    listeners: new Set(),
  });
}
