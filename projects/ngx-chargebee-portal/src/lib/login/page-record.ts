import type { ChargebeeInstance, PortalSessionSource } from '../chargebee-js/chargebee-types';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalStatus } from '../portal/portal-service';
import type { PortalKey } from '../sessions/portal-key';

/**
 * The state that all portal services of a page share, also those of other injectors and of other copies of this library.
 *
 * It is stored on `window` under a key with a version, so that copies of different releases can share it. A release may add
 * optional members. A release that changes a member must also change the version: then the copies of both versions treat each
 * other as other code that uses chargebee.js.
 */
export interface PageRecord {
  /** The instance of chargebee.js that the following members describe. */
  instance?: ChargebeeInstance;
  /** Whether this library has created the instance, and so has observed every call of other code. */
  isOwnInstance: boolean;
  /** Whether other code has used the instance, and so may open the portal unnoticed. */
  isShared?: boolean;
  /** The domain, or else the site, for which the library has created the instance. */
  host?: string;
  /** Whether the instance was created to show an iframe, because windows are blocked. */
  isIframeForced?: boolean;
  /** Whether it is certain that chargebee.js requests a session before it shows the portal. */
  isLoggedOut: boolean;
  /** Greater than zero while the library itself is calling chargebee.js. */
  ownCalls: number;
  /** The session function that other code has set. */
  otherSession?: PortalSessionSource;
  /** The opening whose portal is opening or open. A page has one at a time. */
  opening?: PageOpening;
  readonly listeners: Set<PageListener>;
  /** For whom each session was created, by its id: a cache of the backend's answers would give one to several users. */
  readonly sessionOwners: Map<string, PortalKey>;
}

/** The members of an opening that other services and copies of the library use. */
export interface PageOpening {
  readonly status: PortalStatus;
  /** Closes the portal, as if the customer had closed it. */
  close(): void;
  /** Ends the opening, because another one begins or because other code has logged chargebee.js out. */
  replace(): void;
  /** Called when other code has set a session function, which chargebee.js may call for this opening. */
  onSessionReplaced(): void;
}

/** Receives the status and the events of the page's portal, for each service. */
export interface PageListener {
  onStatus(status: PortalStatus): void;
  onEvent(event: PortalEvent): void;
}

const KEY = Symbol.for('ngx-chargebee-portal/1');

/** Returns the record of this page, and creates it if necessary. Requires a browser. */
export function getPageRecord(): PageRecord {
  const page = window as { [KEY]?: PageRecord };
  return (page[KEY] ??= {
    isOwnInstance: false,
    isLoggedOut: false,
    ownCalls: 0,
    listeners: new Set(),
    sessionOwners: new Map(),
  });
}
