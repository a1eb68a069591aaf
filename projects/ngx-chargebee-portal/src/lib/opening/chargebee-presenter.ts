import { toPortalError } from '../backends/backend-error';
import type { PortalResource } from '../backends/portal-backend';
import { createCallbacks } from '../chargebee-js/chargebee-callbacks';
import type { ChargebeeInstance } from '../chargebee-js/chargebee-types';
import { announceLoginChange } from '../login/login-channel';
import { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import { warnOnSiteMismatch } from '../setup/portal-config';
import { mayOpenWindow, opensWindow, watchWindowOpen } from '../windows/portal-window';
import { FrameWatch } from './frame-watch';
import type { Presenter, PortalOpening } from './portal-opening';

declare const ngDevMode: unknown;

/** The time for chargebee.js to emit `loaded` after it has the session. Its pages load faster than that. */
const LOADED_TIMEOUT_MS = 20_000;
/** If the user closes a portal that has not taken its next step in this time, it counts as one that fails in an iframe. */
const STEP_TIMEOUT_MS = 3_000;

/** Shows the portal with chargebee.js: in an iframe over the page, in a window, or by navigating the page. */
export class ChargebeePresenter<T extends PortalResource> implements Presenter {
  readonly #opening: PortalOpening<T>;
  #frameWatch?: FrameWatch;
  #loadedTimer?: ReturnType<typeof setTimeout>;
  #pendingResource?: Promise<T>;
  #isLoaded = false;
  /** The last reported event's type, and the message of chargebee.js's page that caused it. */
  #lastType?: string;
  #lastMessage?: Event;
  /** When chargebee.js got the session: 0 before it requests one, infinite while it waits. */
  #loggedInAt = 0;

  constructor(opening: PortalOpening<T>) {
    this.#opening = opening;
  }

  show(): void {
    const { context, target, options } = this.#opening;
    const { login } = context;
    try {
      const instance = this.#prepareInstance();
      const callbacks = createCallbacks(this.#onEvent, (cause) =>
        this.#opening.failAfterTask(toPortalError(cause, 'PORTAL_FAILED')),
      );
      // Requested now, since chargebee.js asks for the session only after it has loaded a page.
      this.#opening.requestSession(undefined, () => this.#startLoadedTimer());
      if (!this.#opening.isWanted()) return; // An interceptor may have signed the user out during the request.
      const wasAllowed = mayOpenWindow();
      const opened = watchWindowOpen(() =>
        login.call(() => target.show(instance, options, callbacks, this.#getResource)),
      );
      this.#watchOpened(opened.window, wasAllowed);
    } catch (cause) {
      this.#opening.fail(toPortalError(cause, 'PORTAL_FAILED'));
    }
  }

  dispose(): void {
    const { context, isLoginLost } = this.#opening;
    const { login, config } = context;
    clearTimeout(this.#loadedTimer);
    this.#frameWatch?.stop();
    login.release();
    // Logging out would end the login of the other tab. In redirect mode the user may go back to the portal.
    if (isLoginLost || config.enableRedirectMode) return;
    if (login.logOut()) announceLoginChange(config.site, 'logout');
  }

  #prepareInstance(): ChargebeeInstance {
    const { context, target, options } = this.#opening;
    const { login, config, findings } = context;
    const needsIframe = findings.cannotOpenWindows && opensWindow() && !config.enableRedirectMode;
    const instance = login.getInstance(config, needsIframe);
    login.release(); // Other code may have left a page open.
    if (target.needsLogin) login.prepare();
    const locale = options.locale ?? config.locale;
    if (locale) instance.setLocale(locale); // The instance may still have the locale of an earlier opening.
    return instance;
  }

  /** Watches for the window or iframe being closed, since chargebee.js emits no events to an origin that is not allow-listed. */
  #watchOpened(opened: Window | null | undefined, wasAllowed: boolean): void {
    const { context } = this.#opening;
    if (opened === null) {
      // Not recorded without a recent click, when every browser blocks windows.
      if (wasAllowed) context.findings.blockedWindows++;
      this.#opening.fail(new PortalError('POPUP_BLOCKED'));
    } else if (opened) {
      this.#opening.watchWindow(opened);
    } else if (!context.config.enableRedirectMode) {
      this.#frameWatch = new FrameWatch(
        () => this.#opening.status === 'open',
        () => this.#onEvent({ type: 'close' }),
        () => this.#opening.close(),
      );
    }
  }

  readonly #onEvent = (event: PortalEvent): void => {
    const opening = this.#opening;
    // An instance that was torn down leaves its listener behind, which reports each message again.
    const message = window.event;
    if (message && message === this.#lastMessage && event.type === this.#lastType) return;
    this.#lastMessage = message;
    this.#lastType = event.type;
    const { login, findings } = opening.context;
    if (event.type === 'close') {
      this.#detectFrameFailure();
    } else if (opening.target.needsLogin && !opening.hasUsedSession) {
      // chargebee.js shows the portal without having requested a session: other code has authenticated it, for an unknown customer.
      login.markAuthenticated();
      opening.failAfterTask(new PortalError('IDENTITY_CHANGED'));
      return;
    } else if (event.type === 'loaded') {
      clearTimeout(this.#loadedTimer);
      this.#isLoaded = true;
      // chargebee.js leaves the focus on the button behind the iframe, where Space and Enter would open the portal again.
      this.#frameWatch?.frame?.focus();
      if (this.#frameWatch && opening.target.needsLogin) findings.cannotLogInWithinFrame = false;
    }
    opening.handleEvent(event);
  };

  /** Called by chargebee.js for the session. Repeated calls, by listeners of earlier openings, get the same promise. */
  readonly #getResource = (): Promise<T> => {
    if (this.#opening.status === 'idle') return this.#rejectOtherCode();
    this.#loggedInAt = Infinity;
    return (this.#pendingResource ??= this.#handOver().finally(
      () => (this.#pendingResource = undefined),
    ));
  };

  /** Returns the session to chargebee.js, which logs the customer in with it. */
  async #handOver(): Promise<T> {
    const opening = this.#opening;
    const { login, config } = opening.context;
    try {
      const resource = await opening.useSession();
      this.#startLoadedTimer(); // Not started yet if a sign-in has replaced the session that `show` requested.
      if (typeof ngDevMode === 'undefined' || ngDevMode) {
        warnOnSiteMismatch(config, opening.target.urlOf(resource));
      }
      if (opening.target.needsLogin) {
        login.markAuthenticated();
        this.#loggedInAt = performance.now();
        opening.announceLogin();
      }
      // The page is navigated away now. It counts as open, since a browser may restore the page in this state.
      if (config.enableRedirectMode) opening.markOpen();
      return resource;
    } catch (cause) {
      opening.failAfterTask(cause);
      throw cause;
    }
  }

  /**
   * chargebee.js keeps the session function after the opening has ended, and calls it when other code opens the portal. It gets
   * no session for that: the library could neither close such a portal when the user changes, nor notice its login.
   */
  #rejectOtherCode(): Promise<never> {
    const { page, login } = this.#opening.context;
    // After the rejection, chargebee.js stays busy until everything is closed.
    setTimeout(() => {
      if (!page.opening) login.release();
    });
    return Promise.reject(
      new PortalError(
        'IDENTITY_CHANGED',
        typeof ngDevMode === 'undefined' || ngDevMode
          ? 'Other code has opened the portal without a session of its own. Have it open the portal with ' +
              'ChargebeePortalService, or call setPortalSession() before.'
          : undefined,
      ),
    );
  }

  /** Counts the portal as open after the timeout: an origin that is not allow-listed never gets `loaded`. */
  #startLoadedTimer(): void {
    this.#loadedTimer ??= setTimeout(() => {
      if (this.#opening.status !== 'opening') return;
      warnNotLoaded();
      this.#opening.markOpen();
    }, LOADED_TIMEOUT_MS);
  }

  /**
   * When the user closes the portal, records whether it had failed within the iframe; the next click opens a window then. Either it
   * has loaded a page after the login without emitting `loaded`: the browser may block the cookies of other sites. Or it has loaded
   * a page that does not request the session: the browser may have refused Chargebee's page.
   */
  #detectFrameFailure(): void {
    const { context, status } = this.#opening;
    const watch = this.#frameWatch;
    if (!watch || this.#isLoaded || status === 'idle') return;
    const since = this.#loggedInAt || watch.lastLoadAt;
    if (!since) return;
    const hasStalled = watch.lastLoadAt > since || performance.now() - since > STEP_TIMEOUT_MS;
    if (!hasStalled) return;
    warnNotLoaded();
    if (!isOfThisHost(context.config.domain)) context.findings.cannotLogInWithinFrame = true;
  }
}

/** Warns in the console. A function, since minifiers remove an empty function, but not an empty private method. */
function warnNotLoaded(): void {
  if (typeof ngDevMode !== 'undefined' && !ngDevMode) return;
  console.warn(
    `ngx-chargebee-portal: the portal does not report that it is shown. Either ${location.origin} is not allow-listed ` +
      'in Chargebee (Settings > Configure Chargebee > Checkout and Self-Serve Portal), or the browser blocks the cookies of ' +
      'other sites, for which a custom domain is the remedy, or frame-src of the Content-Security-Policy has no entry for it, ' +
      'or the subscriptionId or paymentSourceId of the section is not of this customer.',
  );
}

/** Browsers do not block the cookies of the page's own host, on any port. */
const isOfThisHost = (domain: string | undefined): boolean =>
  !!domain && new URL(domain).hostname === location.hostname;
