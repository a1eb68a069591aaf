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

/** How long chargebee.js may report nothing once it has what it needs: longer than its pages take to load. */
const SILENCE_MS = 20_000;
/** After that long without the next step, a portal that the person has closed counts as one that cannot be shown in an iframe. */
const STEP_PATIENCE_MS = 3_000;

/** Shows the portal with chargebee.js: in an iframe over the page, in a window, or in the place of the page. */
export class ChargebeePresenter<T extends PortalResource> implements Presenter {
  readonly #opening: PortalOpening<T>;
  #frame?: FrameWatch;
  #silence?: ReturnType<typeof setTimeout>;
  #supplying?: Promise<T>;
  #isLoaded = false;
  /** When chargebee.js has got the session; infinite while it waits for that, 0 until it asks. */
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
      // chargebee.js requests the session as soon as it has loaded a page of its own.
      this.#opening.requestSession(undefined, () => this.#startSilence());
      if (!this.#opening.isWanted()) return; // The user may have been signed out by the request.
      const opened = watchWindowOpen(() =>
        login.call(() => target.show(instance, options, callbacks, this.#supply)),
      );
      this.#watchOpened(opened.window);
    } catch (cause) {
      this.#opening.fail(toPortalError(cause, 'PORTAL_FAILED'));
    }
  }

  dispose(): void {
    const { context, isLoginLost } = this.#opening;
    const { login, config } = context;
    clearTimeout(this.#silence);
    this.#frame?.stop();
    login.release();
    // Another tab's login is not to be ended. In redirect mode the person may go back to the portal.
    if (isLoginLost || config.enableRedirectMode) return;
    if (login.logOut()) announceLoginChange(config.site, 'logout');
  }

  #prepareInstance(): ChargebeeInstance {
    const { context, target, options } = this.#opening;
    const { login, config, findings } = context;
    const instance =
      findings.cannotOpenWindows && opensWindow() && !config.enableRedirectMode
        ? login.getInstanceWithIframe(config)
        : login.getInstance(config);
    login.release(); // Other code may have left something open.
    if (target.needsLogin) login.prepare();
    const locale = options.locale ?? config.locale;
    if (locale) instance.setLocale(locale); // It may still have that of an earlier opening.
    return instance;
  }

  /** Finds out when what chargebee.js has opened is closed: it reports nothing to a page that is not allow-listed. */
  #watchOpened(opened: Window | null | undefined): void {
    const { context } = this.#opening;
    if (opened === null) {
      // Without a recent click any browser blocks it.
      if (mayOpenWindow()) context.findings.windowBlocked();
      this.#opening.fail(new PortalError('POPUP_BLOCKED'));
    } else if (opened) {
      context.findings.windowOpened();
      this.#opening.watchWindow(opened);
    } else if (!context.config.enableRedirectMode) {
      this.#frame = new FrameWatch(
        () => this.#opening.status === 'open',
        () => this.#onEvent({ type: 'close' }),
        () => this.#opening.close(),
      );
    }
  }

  readonly #onEvent = (event: PortalEvent): void => {
    const opening = this.#opening;
    const { login, findings } = opening.context;
    if (event.type === 'close') {
      this.#reportFrameLogin();
    } else if (opening.target.needsLogin && !opening.hasUsedSession) {
      // chargebee.js has not requested a session: other code has authenticated it, for an unknown customer.
      login.markAuthenticated();
      opening.failAfterTask(new PortalError('IDENTITY_CHANGED'));
      return;
    } else if (event.type === 'loaded') {
      clearTimeout(this.#silence);
      this.#isLoaded = true;
      if (this.#frame && opening.target.needsLogin) findings.frameLogin(true);
    }
    opening.handleEvent(event);
  };

  /** What chargebee.js calls for a session: once, although its listeners may have added up. */
  readonly #supply = (): Promise<T> => {
    if (this.#opening.status === 'idle') return this.#refuse();
    this.#loggedInAt = Infinity;
    return (this.#supplying ??= this.#supplyOpening().finally(() => (this.#supplying = undefined)));
  };

  async #supplyOpening(): Promise<T> {
    const opening = this.#opening;
    const { login, config, runInZone } = opening.context;
    try {
      const resource = await opening.useSession();
      this.#startSilence(); // If the session requested first was of nobody, this is another one.
      if (typeof ngDevMode === 'undefined' || ngDevMode) {
        warnOnSiteMismatch(config, opening.target.urlOf(resource));
      }
      if (opening.target.needsLogin) {
        login.markAuthenticated();
        this.#loggedInAt = performance.now();
        opening.announceLogin();
      }
      // The page is left for it now. A browser may show it again later, as it was.
      if (config.enableRedirectMode) runInZone(() => opening.markOpen());
      return resource;
    } catch (cause) {
      opening.failAfterTask(cause);
      throw cause;
    }
  }

  /**
   * chargebee.js keeps the function after the opening has ended, and calls it when other code opens the portal. Nobody is
   * logged in for that: such a portal would stay open when the user changes, and its login unnoticed.
   */
  #refuse(): Promise<never> {
    const { page, login } = this.#opening.context;
    // The refusal leaves chargebee.js busy.
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

  #startSilence(): void {
    this.#silence ??= setTimeout(() => {
      if (this.#opening.status !== 'opening') return;
      warnOfSilence();
      this.#opening.context.runInZone(() => this.#opening.markOpen());
    }, SILENCE_MS);
  }

  /**
   * When the portal has loaded a page after the login and does not report that it is shown, its login may have failed: a
   * browser that blocks the cookies of other sites within an iframe does not keep it. When it has loaded a page that does
   * not ask for the session, the browser may have refused that page within an iframe. If the person then closes it, the
   * next click opens a window.
   */
  #reportFrameLogin(): void {
    const { context, status } = this.#opening;
    const loadedAt = this.#frame?.lastLoadAt ?? 0;
    const since = this.#loggedInAt || loadedAt;
    if (!this.#frame || !since || this.#isLoaded || status === 'idle') return;
    const hasStalled = loadedAt > since || performance.now() - since > STEP_PATIENCE_MS;
    if (!hasStalled) return;
    warnOfSilence();
    if (!isOfThisHost(context.config.domain)) context.findings.frameLogin(false);
  }
}

/** Says why the portal does not report itself. A function: production builds would keep an empty private method. */
function warnOfSilence(): void {
  if (typeof ngDevMode !== 'undefined' && !ngDevMode) return;
  console.warn(
    `ngx-chargebee-portal: the portal does not report that it is shown. Either ${location.origin} is not allow-listed ` +
      'in Chargebee (Settings > Configure Chargebee > Checkout and Self Serve Portal), or the browser blocks the cookies of ' +
      'other sites, for which a custom domain is the remedy, or frame-src of the Content-Security-Policy has no entry for it.',
  );
}

/** Cookies of the same host are not those of another site, whatever the port. */
const isOfThisHost = (domain: string | undefined): boolean =>
  !!domain && new URL(domain).hostname === location.hostname;
