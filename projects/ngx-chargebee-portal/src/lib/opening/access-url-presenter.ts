import type { PortalResource } from '../backends/portal-backend';
import { PortalError } from '../portal/portal-error';
import { checkPortalUrl } from '../setup/portal-config';
import { mayOpenWindow, openWaitingWindow } from '../windows/portal-window';
import type { Presenter, PortalOpening } from './portal-opening';

/** Shows the portal without chargebee.js: opens the access URL of a session in a window, or navigates the page to it. */
export class AccessUrlPresenter<T extends PortalResource> implements Presenter {
  readonly #opening: PortalOpening<T>;
  #window?: Window;

  constructor(opening: PortalOpening<T>) {
    this.#opening = opening;
  }

  show(): void {
    const opening = this.#opening;
    const { config, findings } = opening.context;
    opening.requestSession(opening.link); // Before the window, which may be blocked: the next click uses the session then.
    if (!opening.isWanted()) return; // An interceptor may have signed the user out during the request.
    if (!config.enableRedirectMode) {
      const wasAllowed = mayOpenWindow();
      const opened = (this.#window = openWaitingWindow());
      if (!opened) {
        // If windows are always blocked, the portal can only be shown by chargebee.js, in an iframe.
        const code = findings.cannotOpenWindows ? 'SCRIPT_UNAVAILABLE' : 'POPUP_BLOCKED';
        if (wasAllowed) findings.blockedWindows++;
        opening.fail(new PortalError(code));
        return;
      }
      opening.watchWindow(opened);
    }
    this.#navigate().catch((cause: unknown) => opening.fail(cause));
  }

  async #navigate(): Promise<void> {
    const opening = this.#opening;
    const { config, windowSessions } = opening.context;
    const resource = await opening.useSession(opening.link);
    const url = checkPortalUrl(config, opening.target.urlOf(resource));
    if (opening.target.needsLogin) {
      windowSessions.add(opening.key.identity, resource.id);
      opening.announceLogin();
    }
    if (this.#window) this.#window.location.replace(url);
    else location.assign(url);
    opening.markOpen();
  }
}
