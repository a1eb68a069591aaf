import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';

/** The circumstances of an error. */
export interface PortalErrorContext {
  /**
   * Whether the button that opened the portal has been destroyed since, for example with the menu that contained it. Its
   * `portalError` output has not emitted the error then.
   */
  readonly buttonDestroyed: boolean;
}

/** Receives the portal's events and errors. See `withPortalEvents`. */
export interface PortalListener {
  /**
   * Called for every event of the page's portal, whether a directive or the service has opened it, before
   * `ChargebeePortalService.events` emits it.
   */
  onEvent?(event: PortalEvent): void;
  /**
   * Called for every error that `ChargebeePortalService.error` is set to: the portal could not be opened, failed later, or
   * `logout()` failed.
   */
  onError?(error: PortalError, context: PortalErrorContext): void;
}
