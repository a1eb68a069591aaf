import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';

/** Where an error comes from. */
export interface PortalErrorContext {
  /**
   * Whether the button that opened the portal has been destroyed since, so that its `portalError` output did not emit:
   * a menu item, for example, whose menu has closed.
   */
  readonly buttonDestroyed: boolean;
}

/** Receives the events of the page's portal, and the errors of one service. See `withPortalEvents`. */
export interface PortalListener {
  /** Called for every event, whatever opened the portal, before `ChargebeePortalService.events` emits it. */
  onEvent?(event: PortalEvent): void;
  /**
   * Called for every error that `ChargebeePortalService.error` holds: a portal that could not be opened or failed later,
   * and a `logout()` that failed.
   */
  onError?(error: PortalError, context: PortalErrorContext): void;
}
