import type { PortalResource } from '../backends/portal-backend';
import { PortalError } from '../portal/portal-error';
import { checkPortalUrl } from '../setup/portal-config';
import { mayOpenWindow, openWaitingWindow } from '../windows/portal-window';
import type { Presenter, PortalOpening } from './portal-opening';

/** Shows the portal without chargebee.js: by the access URL of its session, in a window or in the place of the page. */
export class AccessUrlPresenter<T extends PortalResource> implements Presenter {
  readonly #opening: PortalOpening<T>;
  #window?: Window;

  constructor(opening: PortalOpening<T>) {
    this.#opening = opening;
  }

  show(): void {
    const opening = this.#opening;
    const { config, findings } = opening.context;
    const { cannotOpenWindows } = findings;
    opening.requestSession(opening.link); // Also when the window is blocked: the next click uses it.
    if (!opening.isWanted()) return; // The user may have been signed out by the request.
    if (!config.enableRedirectMode && !this.#openWindow()) {
      // Where windows are always blocked, only chargebee.js can show the portal: in an iframe.
      opening.fail(new PortalError(cannotOpenWindows ? 'SCRIPT_UNAVAILABLE' : 'POPUP_BLOCKED'));
      return;
    }
    this.#navigate().catch((cause: unknown) => opening.fail(cause));
  }

  dispose(): void {
    this.#window?.close();
  }

  #openWindow(): boolean {
    const opening = this.#opening;
    const { findings } = opening.context;
    const opened = openWaitingWindow();
    if (opened) {
      this.#window = opened;
      findings.windowOpened();
      opening.watchWindow(opened);
    } else if (mayOpenWindow()) findings.windowBlocked();
    return !!opened;
  }

  async #navigate(): Promise<void> {
    const opening = this.#opening;
    const { config, onWindowSession } = opening.context;
    const resource = await opening.useSession(opening.link);
    const url = checkPortalUrl(config, opening.target.urlOf(resource));
    if (opening.target.needsLogin) {
      onWindowSession(opening.key.identity, resource.id);
      opening.announceLogin();
    }
    if (this.#window) this.#window.location.replace(url);
    else location.assign(url);
    opening.context.runInZone(() => opening.markOpen());
  }
}
