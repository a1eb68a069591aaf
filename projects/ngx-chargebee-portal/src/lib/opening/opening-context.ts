import type { ScriptLoader } from '../chargebee-js/script-loader';
import type { CurrentUser } from '../identity/current-user';
import type { ChargebeeLogin } from '../login/chargebee-login';
import type { PageRecord } from '../login/page-record';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalIdentity } from '../portal/portal-identity';
import type { PortalCallbacks } from '../portal/portal-options';
import type { SessionCache } from '../sessions/session-cache';
import type { PortalConfig } from '../setup/portal-config';
import type { BrowserFindings } from './browser-findings';
import type { PortalOpening } from './portal-opening';

/** The parts of its service that an opening uses. */
export interface OpeningContext {
  readonly config: PortalConfig;
  readonly page: PageRecord;
  readonly login: ChargebeeLogin;
  readonly loader: ScriptLoader;
  readonly sessions: SessionCache;
  readonly findings: BrowserFindings;
  readonly runInZone: <T>(task: () => T) => T;
  readonly runOutsideZone: <T>(task: () => T) => T;
  readonly user: CurrentUser;
  readonly onEvent: (event: PortalEvent, callbacks: PortalCallbacks) => void;
  /** `onError` of the callbacks is called only for a portal that was open. */
  readonly onFailure: (error: PortalError, callbacks: PortalCallbacks, wasOpen: boolean) => void;
  readonly onStatus: () => void;
  /** Opens the same once more, for a click after the person has closed the window. Nothing, if the user has changed. */
  readonly reopen: (opening: PortalOpening) => Promise<void>;
  /** A session has been opened by its access URL. */
  readonly onWindowSession: (identity: PortalIdentity, id: string) => void;
}
