import type { NgZone } from '@angular/core';
import type { ScriptLoader } from '../chargebee-js/script-loader';
import type { CurrentUser } from '../identity/current-user';
import type { ChargebeeLogin } from '../login/chargebee-login';
import type { PageRecord } from '../login/page-record';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalCallbacks } from '../portal/portal-options';
import type { SessionCache } from '../sessions/session-cache';
import type { WindowSessions } from '../sessions/window-sessions';
import type { PortalConfig } from '../setup/portal-config';
import type { BrowserFindings } from './browser-findings';
import type { PortalOpening } from './portal-opening';

/** The parts of `BrowserPortalService` that an opening uses. */
export interface OpeningContext {
  readonly config: PortalConfig;
  readonly page: PageRecord;
  readonly login: ChargebeeLogin;
  readonly loader: ScriptLoader;
  readonly sessions: SessionCache;
  readonly windowSessions: WindowSessions;
  readonly findings: BrowserFindings;
  readonly zone: NgZone;
  readonly user: CurrentUser;
  /** Notifies the listeners of every service on the page, and the callbacks. */
  readonly onEvent: (event: PortalEvent, callbacks: PortalCallbacks) => void;
  /** Calls `onError` of the callbacks only if the portal was open; before that, the promise of the opening rejects. */
  readonly onFailure: (error: PortalError, callbacks: PortalCallbacks, wasOpen: boolean) => void;
  /** Notifies the listeners of every service on the page that the status of the opening has changed. */
  readonly onStatus: () => void;
  /** Opens the same page again, for a click after the user has closed the window. Does nothing if the user has changed. */
  readonly reopen: (opening: PortalOpening) => Promise<void>;
}
