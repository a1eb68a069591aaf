import { toPortalError } from '../backends/backend-error';
import type { PortalResource } from '../backends/portal-backend';
import { chargebeeGlobal } from '../chargebee-js/script-loader';
import { LoginChannel } from '../login/login-channel';
import type { PageOpening } from '../login/page-record';
import { callSafely } from '../portal/call-safely';
import { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalIdentity } from '../portal/portal-identity';
import type { PortalOpenOptions } from '../portal/portal-options';
import type { PortalStatus } from '../portal/portal-service';
import type { PortalKey } from '../sessions/portal-key';
import type { UnusedSession } from '../sessions/session-cache';
import { listen } from '../windows/listen';
import { isWebKit, opensWindow } from '../windows/portal-window';
import { AccessUrlPresenter } from './access-url-presenter';
import { ChargebeePresenter } from './chargebee-presenter';
import type { OpenTarget } from './open-target';
import type { OpeningContext } from './opening-context';
import { permalinkOf } from './permalink';

declare const ngDevMode: unknown;

/** The time after a click in which a window can be opened, with a margin: browsers allow five seconds, WebKit one. */
const CLICK_MS = 4_000;
const WEBKIT_CLICK_MS = 800;
/** The time between two checks whether the window was closed. */
const POLL_MS = 100;
/** The time between two checks whether the user has changed. */
const USER_POLL_MS = 250;
/** A window that is found closed within this time was closed by an extension that blocks windows. No user is that fast. */
const BLOCKED_MS = 300;
/** A window that is found closed within this time after a click counts as closed before the click. */
const CLOSE_NOTICE_MS = 500;

/** The page of the portal that the access URL of a session opens; undefined for the home page. */
interface Link {
  readonly forwardUrl: string | undefined;
}

/** Shows the portal: `ChargebeePresenter` with chargebee.js, `AccessUrlPresenter` without it. */
export interface Presenter {
  /** Shows the portal. Opens a window synchronously, since browsers allow that only within the click. */
  show(): void;
  /** Closes the iframe. `watchWindow` closes windows. */
  dispose?(): void;
}

type PresenterClass<T extends PortalResource> = new (opening: PortalOpening<T>) => Presenter;

/**
 * One opening of the portal, from the click until the portal is closed or has failed. It decides between chargebee.js and the
 * access URL, requests the session, and ends when the user, the page or another tab's login changes.
 */
export class PortalOpening<T extends PortalResource = PortalResource> implements PageOpening {
  /** Resolves when the portal is shown, or closed before that. Rejects with a `PortalError`. */
  readonly shown: Promise<void>;
  readonly context: OpeningContext;
  readonly target: OpenTarget<T>;
  readonly options: PortalOpenOptions;
  /** Whether the session has been passed to chargebee.js or opened by its access URL. */
  hasUsedSession = false;
  /** Whether another tab has changed Chargebee's login after this one has logged in. */
  isLoginLost = false;
  /** For whom it opens. Changes when a user signs in while it opens for nobody. */
  key: PortalKey;
  #status: PortalStatus = 'opening';
  #session?: UnusedSession<T>;
  #presenter?: Presenter;
  #channel?: LoginChannel;
  #window?: Window;
  #joinedAt = -Infinity;
  #isWantedAgain = false;
  readonly #cleanups: (() => void)[] = [];
  #resolve!: () => void;
  #reject!: (error: PortalError) => void;

  constructor(
    context: OpeningContext,
    target: OpenTarget<T>,
    key: PortalKey,
    options: PortalOpenOptions,
  ) {
    this.context = context;
    this.target = target;
    this.options = options;
    this.key = key;
    this.shown = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    }).then(() => (this.#isWantedAgain ? context.reopen(this) : undefined));
  }

  /** `idle` after the opening has ended. */
  get status(): PortalStatus {
    return this.#status;
  }

  /** The page that the access URL has to open, if the portal is shown without chargebee.js. */
  get link(): Link {
    return { forwardUrl: permalinkOf(this.context.config, this.options) };
  }

  /** Starts the opening. Windows are opened synchronously, since browsers allow that only within the click. */
  begin(): void {
    this.context.page.opening = this;
    this.context.onStatus();
    this.#attempt(() => {
      if (!this.isWanted()) return; // An effect of the application on the status may have closed it.
      this.#watchPage();
      this.#start();
    });
  }

  /** Handles a further click while it opens. Brings its window to the front, since the user may have left it on a phone. */
  join(): Promise<void> {
    this.#joinedAt = performance.now();
    this.#window?.focus();
    return this.shown;
  }

  close(): void {
    this.handleEvent({ type: 'close' });
  }

  /** Ends the opening because another one replaces it, or because its login has ended. */
  replace(): void {
    if (this.#status === 'open') this.close();
    else this.fail(new PortalError('IDENTITY_CHANGED'));
  }

  onSessionReplaced(): void {
    if (!this.hasUsedSession && this.target.needsLogin) this.replace();
  }

  /** Called when a user has signed in or out. */
  onIdentity(identity: PortalIdentity): void {
    if (this.key.identity === identity) return;
    // Nobody was signed in when the portal was opened, and the sign-in has completed now. Request a session for the user.
    if (this.key.identity == null && this.#status === 'opening' && !this.hasUsedSession) {
      this.key = { ...this.key, identity };
      if (this.#session) this.requestSession(this.#session);
      return;
    }
    this.replace();
  }

  /** Records that the portal is shown. */
  markOpen(): void {
    if (this.#status !== 'opening') return;
    this.#status = 'open';
    this.context.onStatus();
    this.#resolve();
  }

  handleEvent(event: PortalEvent): void {
    this.context.zone.run(() => {
      if (this.#status === 'idle') return;
      if (event.type === 'close') {
        // A busy browser may report the click that opens it again before it reports that the window was closed.
        const hasJustJoined = performance.now() - this.#joinedAt < CLOSE_NOTICE_MS;
        this.#isWantedAgain = hasJustJoined && !!this.#window?.closed;
        this.#end();
      } else this.markOpen();
      this.context.onEvent(event, this.options);
    });
  }

  fail(cause: unknown): void {
    this.context.zone.run(() => {
      if (this.#status === 'idle') return;
      const error = toPortalError(cause);
      const wasOpen = this.#status === 'open';
      this.#reject(error);
      this.#end();
      this.context.onFailure(error, this.options, wasOpen);
    });
  }

  /** Fails in a later task, after chargebee.js has handled its failure: that leaves it busy, until `dispose` closes everything. */
  failAfterTask(cause: unknown): void {
    setTimeout(() => this.fail(cause));
  }

  /** Requests the session before it is used. If the request fails, the opening fails. */
  requestSession(link?: Link, onReady?: () => void): void {
    const session = this.#takeSession(link);
    session.resource.then(
      () => {
        if (this.#status === 'opening') onReady?.();
      },
      (cause: unknown) => {
        if (!this.#isCurrent(session)) return;
        this.#session = undefined; // A failed session must not go back to the cache.
        this.failAfterTask(cause);
      },
    );
  }

  /**
   * Returns the session of the current user, to be used at once. If the opening ends meanwhile, the promise stays pending:
   * chargebee.js would react to a rejection by closing the portal that has been opened since.
   */
  async useSession(link?: Link): Promise<T> {
    for (;;) {
      const session = this.#takeSession(link);
      let resource: T | undefined;
      try {
        resource = await session.resource;
      } catch (cause) {
        if (this.#isCurrent(session)) throw cause;
      }
      if (!this.isWanted()) return new Promise<never>(() => undefined);
      if (!resource || !this.#isCurrent(session)) continue; // A user has signed in meanwhile.
      this.#session = undefined;
      this.hasUsedSession = true;
      return resource;
    }
  }

  /** Checks for a change of the user, which may end the opening. Returns whether the opening has not ended. */
  isWanted(): boolean {
    if (this.#status !== 'idle') this.context.user.check();
    return this.status !== 'idle';
  }

  /** Tells other tabs that Chargebee is about to log the customer in, so that they close their portals. */
  announceLogin(): void {
    this.#channel?.announce('login');
  }

  /**
   * Ends the opening when the user closes its window, and fails it when an extension of the browser has. Closes the window when
   * the opening ends.
   */
  watchWindow(opened: Window): void {
    const { findings } = this.context;
    const openedAt = performance.now();
    this.#window = opened;
    const timer = setInterval(() => {
      if (!opened.closed) return;
      if (performance.now() - openedAt < BLOCKED_MS) {
        findings.blockedWindows++;
        this.fail(new PortalError('POPUP_BLOCKED'));
      } else {
        findings.blockedWindows = 0;
        this.close();
      }
    }, POLL_MS);
    this.onEnd(
      () => clearInterval(timer),
      () => opened.close(),
    );
  }

  /** Adds functions to call when the opening ends. */
  onEnd(...cleanups: (() => void)[]): void {
    this.#cleanups.push(...cleanups);
  }

  #start(): void {
    const { loader, findings } = this.context;
    const { iframeOnly, enableRedirectMode } = this.context.config;
    const { cannotOpenWindows, cannotLogInWithinFrame } = findings;
    if (chargebeeGlobal()) {
      const avoidsFrame = this.target.needsLogin && cannotLogInWithinFrame && !cannotOpenWindows;
      if (avoidsFrame && !enableRedirectMode) this.#present(AccessUrlPresenter);
      else this.#present(ChargebeePresenter);
      return;
    }
    const opensAtOnce = !iframeOnly && !enableRedirectMode && opensWindow();
    const needsWindow = !cannotOpenWindows && (loader.isOverdue || opensAtOnce);
    const loading = loader.load();
    if (needsWindow) {
      loading.catch(() => undefined); // For the next click. This one does not need the script.
      this.#present(AccessUrlPresenter);
    } else {
      this.#waitForScript(loading);
    }
  }

  /** Runs a step, and fails the opening if it throws, for example in a `window.open` that other code has replaced. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (cause) {
      this.fail(cause);
    }
  }

  #present(kind: PresenterClass<T>): void {
    this.#presenter = new kind(this);
    this.#presenter.show();
  }

  /** Waits for the script while a window can still be opened. Then opens the access URL in a window, without the script. */
  #waitForScript(loading: Promise<void>): void {
    this.requestSession(this.link);
    const decide = (kind: PresenterClass<T>) => () =>
      this.#attempt(() => {
        if (!this.#presenter && this.isWanted()) this.#present(kind);
      });
    const withoutScript = decide(AccessUrlPresenter);
    const { config, findings } = this.context;
    // WebKit lets this timer open a window, but not the script's `error` event.
    const waitsForTimer = isWebKit() && !config.enableRedirectMode && !findings.cannotOpenWindows;
    const timer = setTimeout(withoutScript, waitsForTimer ? WEBKIT_CLICK_MS : CLICK_MS);
    this.onEnd(() => clearTimeout(timer));
    loading.then(decide(ChargebeePresenter), waitsForTimer ? () => undefined : withoutScript);
  }

  #watchPage(): void {
    if (this.target.needsLogin) {
      const { site } = this.context.config;
      this.#channel = new LoginChannel(site, () => this.#onLoginElsewhere());
    }
    // The effect that reports the user does not run while an earlier effect of the application throws.
    const timer = setInterval(() => this.#attempt(() => void this.isWanted()), USER_POLL_MS);
    const release = () => this.#channel?.close(); // An open channel keeps a page out of the back/forward cache in some browsers.
    this.onEnd(
      () => clearInterval(timer),
      release,
      listen('pagehide', () => {
        if (this.hasUsedSession) release();
        else this.close(); // Its window would wait forever for the session that this page requests.
      }),
      listen('pageshow', ({ persisted }) => {
        // The page is restored from the back/forward cache. It has missed the announcements of other tabs.
        if (persisted) this.close();
      }),
    );
  }

  /** Another tab has logged in or out. From now on this tab's portal can show the other tab's customer. */
  #onLoginElsewhere(): void {
    if (!this.hasUsedSession) return; // This opening has not logged in yet. Its login will replace the other one.
    this.isLoginLost = true;
    const error = new PortalError(
      'IDENTITY_CHANGED',
      typeof ngDevMode === 'undefined' || ngDevMode
        ? 'The portal was opened or logged out of in another tab of this browser.'
        : undefined,
    );
    if (this.#status === 'opening') return this.fail(error);
    this.close();
    this.context.zone.run(() => this.context.onFailure(error, this.options, true));
  }

  #takeSession(link?: Link): UnusedSession<T> {
    const { sessions } = this.context;
    if (this.#session && this.#isCurrent(this.#session)) return this.#session;
    return (this.#session = sessions.take(this.target, this.key, link));
  }

  #isCurrent(session: UnusedSession<T>): boolean {
    return session.key.identity === this.key.identity;
  }

  #end(): void {
    const { page } = this.context;
    this.#status = 'idle';
    if (page.opening === this) page.opening = undefined;
    this.context.zone.runOutsideAngular(() => {
      callSafely(() => this.#presenter?.dispose?.());
      this.#cleanups.forEach(callSafely);
    });
    if (this.#session) this.context.sessions.putBack(this.#session); // Unused, so the next click can use it.
    this.#session = undefined;
    this.context.onStatus();
    this.#resolve();
  }
}
