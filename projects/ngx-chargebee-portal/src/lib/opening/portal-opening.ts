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
import { isWebKit, opensWindow, watchWindowClose } from '../windows/portal-window';
import { AccessUrlPresenter } from './access-url-presenter';
import { ChargebeePresenter } from './chargebee-presenter';
import type { OpenTarget } from './open-target';
import type { OpeningContext } from './opening-context';
import { permalinkOf } from './permalink';

declare const ngDevMode: unknown;

/** How long after a click a window can be opened, with some time to spare. */
const CLICK_MS = 4_000;
const WEBKIT_CLICK_MS = 800;
/** Within this time after a click, a browser reports that a window was closed before the click. */
const CLOSE_NOTICE_MS = 500;

/** Where an access URL leads in the portal. */
interface Link {
  readonly forwardUrl: string | undefined;
}

/** Shows the portal in one of two ways. */
export interface Presenter {
  /** Shows it, within the same call where the browser allows that only within a click. */
  show(): void;
  /** Removes what it shows. */
  dispose(): void;
}

/** One opening of the portal, from the click until it is closed or has failed. */
export class PortalOpening<T extends PortalResource = PortalResource> implements PageOpening {
  /** Resolves when the portal is shown, or closed before that. Rejects with a `PortalError`. */
  readonly shown: Promise<void>;
  readonly context: OpeningContext;
  readonly target: OpenTarget<T>;
  readonly options: PortalOpenOptions;
  /** Whether its session has been handed over: its customer is logged in at Chargebee with it. */
  hasUsedSession = false;
  /** Whether another tab has changed Chargebee's login since. */
  isLoginLost = false;
  /** Whose portal it is. Another user's when one signs in while it opens for nobody. */
  key: PortalKey;
  #status: PortalStatus = 'opening';
  #session?: UnusedSession<T>;
  #presenter?: Presenter;
  #channel?: LoginChannel;
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

  /** `idle` when it has ended. */
  get status(): PortalStatus {
    return this.#status;
  }

  /** Where the access URL of its session leads. */
  get link(): Link {
    return { forwardUrl: permalinkOf(this.context.config, this.options) };
  }

  /** Begins. Windows are opened before it returns, since a browser allows that only within the click. */
  begin(): void {
    this.context.page.opening = this;
    this.context.onStatus();
    this.#attempt(() => {
      if (!this.isWanted()) return; // The application may have closed it in its status listener.
      this.#watchPage();
      this.#start();
    });
  }

  /** Takes a further click, while it opens. */
  join(): Promise<void> {
    this.#joinedAt = performance.now();
    return this.shown;
  }

  close(): void {
    this.handleEvent({ type: 'close' });
  }

  /** Something else takes its place, or has ended its login. */
  replace(): void {
    if (this.#status === 'open') this.close();
    else this.fail(new PortalError('IDENTITY_CHANGED'));
  }

  onSessionReplaced(): void {
    if (!this.hasUsedSession && this.target.needsLogin) this.replace();
  }

  /** Another user has signed in, or out. */
  onIdentity(identity: PortalIdentity): void {
    if (this.key.identity === identity) return;
    // A sign-in has completed while the portal opens. A session requested before that belongs to no user.
    if (this.key.identity == null && this.#status === 'opening' && !this.hasUsedSession) {
      this.key = { ...this.key, identity };
      if (this.#session) this.requestSession(this.#session);
      return;
    }
    this.replace();
  }

  /** The portal is shown. */
  markOpen(): void {
    if (this.#status !== 'opening') return;
    this.#status = 'open';
    this.context.onStatus();
    this.#resolve();
  }

  handleEvent(event: PortalEvent): void {
    this.context.runInZone(() => {
      if (this.#status === 'idle') return;
      if (event.type === 'close') this.#end();
      else this.markOpen();
      this.context.onEvent(event, this.options);
    });
  }

  fail(cause: unknown): void {
    this.context.runInZone(() => {
      if (this.#status === 'idle') return;
      const error = toPortalError(cause);
      const wasOpen = this.#status === 'open';
      this.#reject(error);
      this.#end();
      this.context.onFailure(error, this.options, wasOpen);
    });
  }

  /** Fails in a later task: chargebee.js handles the failure first, and is left busy by that. */
  failAfterTask(cause: unknown): void {
    setTimeout(() => this.fail(cause));
  }

  /** Requests the session, ahead of its use. Its failure is that of the opening. */
  requestSession(link?: Link, onReady?: () => void): void {
    const session = this.#takeSession(link);
    session.resource.then(
      () => {
        if (this.#status === 'opening') onReady?.();
      },
      (cause: unknown) => {
        if (!this.#isCurrent(session)) return;
        this.#session = undefined; // It must not be cached.
        this.failAfterTask(cause);
      },
    );
  }

  /**
   * The session of the user who is signed in now, to be used at once. Never resolves when the opening has ended meanwhile: a
   * rejection would make chargebee.js close what has been opened since.
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

  /** Whether the opening continues: it has not ended, and no other user has signed in. */
  isWanted(): boolean {
    if (this.#status !== 'idle') this.context.user.check();
    return this.status !== 'idle';
  }

  /** Chargebee is about to log the customer in, which ends what other tabs show. */
  announceLogin(): void {
    this.#channel?.announce('login');
  }

  /** Ends the opening when the person closes its window. */
  watchWindow(opened: Window): void {
    this.onEnd(
      watchWindowClose(opened, () => {
        // On a busy device, a browser reports that the window was closed only after the click that opens it again.
        this.#isWantedAgain = performance.now() - this.#joinedAt < CLOSE_NOTICE_MS;
        this.close();
      }),
    );
  }

  /** Calls functions when the opening ends. */
  onEnd(...cleanups: (() => void)[]): void {
    this.#cleanups.push(...cleanups);
  }

  #start(): void {
    const { loader, findings } = this.context;
    const { iframeOnly = false, enableRedirectMode = false } = this.context.config;
    const { cannotOpenWindows, cannotLogInWithinFrame } = findings;
    if (chargebeeGlobal()) {
      const avoidsFrame = this.target.needsLogin && cannotLogInWithinFrame && !cannotOpenWindows;
      if (avoidsFrame && !enableRedirectMode) this.#presentByAccessUrl();
      else this.#presentByChargebee();
      return;
    }
    const needsFrame = iframeOnly || enableRedirectMode || cannotOpenWindows;
    const needsWindow = (loader.isOverdue && !cannotOpenWindows) || (!needsFrame && opensWindow());
    const loading = loader.load();
    if (needsWindow) {
      loading.catch(() => undefined); // For the next click; this one does without.
      this.#presentByAccessUrl();
    } else {
      this.#waitForScript(loading);
    }
  }

  /** Runs a step, and fails when it throws, for example in a `window.open` that other code has replaced. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (cause) {
      this.fail(cause);
    }
  }

  #presentByChargebee(): void {
    this.#present(new ChargebeePresenter(this));
  }

  #presentByAccessUrl(): void {
    this.#present(new AccessUrlPresenter(this));
  }

  #present(presenter: Presenter): void {
    this.#presenter = presenter;
    presenter.show();
  }

  /** Waits for the script as long as the click can still open a window, which the portal needs without it. */
  #waitForScript(loading: Promise<void>): void {
    this.requestSession(this.link);
    let isDecided = false;
    const decide = (present: () => void) => () =>
      this.#attempt(() => {
        if (isDecided || !this.isWanted()) return;
        isDecided = true;
        present();
      });
    const withoutScript = decide(() => this.#presentByAccessUrl());
    const { config, findings } = this.context;
    const needsTimer = isWebKit() && !config.enableRedirectMode && !findings.cannotOpenWindows;
    const timer = setTimeout(withoutScript, needsTimer ? WEBKIT_CLICK_MS : CLICK_MS);
    this.onEnd(() => clearTimeout(timer));
    loading.then(
      decide(() => this.#presentByChargebee()),
      needsTimer ? () => undefined : withoutScript,
    );
  }

  #watchPage(): void {
    const { config } = this.context;
    if (this.target.needsLogin) {
      this.#channel = new LoginChannel(config.site, () => this.#onLoginElsewhere());
    }
    const release = () => this.#channel?.close(); // With a channel some browsers do not keep a page for going back to.
    this.onEnd(
      release,
      listen('pagehide', release),
      listen('pageshow', ({ persisted }) => {
        // Back from the portal, or from another page: other tabs' announcements were missed meanwhile.
        if (persisted) this.close();
      }),
    );
  }

  /** Another tab has logged its customer in, or out: what this one shows may be that customer's from now on. */
  #onLoginElsewhere(): void {
    if (!this.hasUsedSession) return; // Its own login is still to come, and replaces the other.
    this.isLoginLost = true;
    const error = new PortalError(
      'IDENTITY_CHANGED',
      typeof ngDevMode === 'undefined' || ngDevMode
        ? 'The portal was opened or logged out of in another tab of this browser.'
        : undefined,
    );
    if (this.#status === 'opening') return this.fail(error);
    this.close();
    this.context.runInZone(() => this.context.onFailure(error, this.options, true));
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
    this.context.runOutsideZone(() => {
      callSafely(() => this.#presenter?.dispose());
      this.#cleanups.forEach(callSafely);
    });
    if (this.#session) this.context.sessions.putBack(this.#session); // It is good for the next click.
    this.#session = undefined;
    this.context.onStatus();
    this.#resolve();
  }
}
