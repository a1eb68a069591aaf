import { toPortalError } from './backends/backend-error';
import type { PortalResource } from './backends/portal-backend';
import type { ChargebeeAdapter } from './chargebee-adapter';
import { chargebeeCallbacks } from './chargebee-callbacks';
import { checkPortalUrl, type PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalKey } from './portal-key';
import type { PortalCallbacks, PortalOpenOptions } from './portal-options';
import type { PortalStatus } from './portal-service';
import { PORTAL, type PortalSurface } from './portal-surface';
import { isBlocked, openPortalWindow, opensWindow, type PortalWindow } from './portal-window';
import { chargebeeGlobal, type ScriptLoader } from './script-loader';
import type { Held, SessionKeeper } from './session-keeper';

declare const ngDevMode: unknown;

/** What an opening works with, and whom it tells. */
export interface OpeningContext {
  readonly config: PortalConfig;
  readonly loader: ScriptLoader;
  readonly adapter: ChargebeeAdapter;
  readonly keeper: SessionKeeper;
  /** Runs something in Angular's zone. */
  readonly run: <T>(task: () => T) => T;
  /** Runs something outside of Angular's zone. */
  readonly outside: <T>(task: () => T) => T;
  /** The key of whoever is signed in now. */
  readonly keyOf: (customerId?: string) => PortalKey;
  /** Fails the opening, if another user has taken over. */
  readonly checkIdentity: () => void;
  readonly changed: (state: PortalStatus) => void;
  readonly happened: (event: PortalEvent, callbacks: PortalCallbacks) => void;
  /** Tells of a failure; with callbacks, of one after the portal was shown. */
  readonly failed: (error: PortalError, callbacks?: PortalCallbacks) => void;
  /** A session of this id is used without chargebee.js. */
  readonly sent: (key: PortalKey, id: string) => void;
}

/** One opening of the portal, from the click until it is closed or has failed. */
export interface PendingOpening {
  readonly key: PortalKey;
  /** Resolves when the portal is shown, or closed before that; rejects with a `PortalError`. */
  readonly shown: Promise<void>;
  /** `idle` when it has ended. */
  state(): PortalStatus;
  /** Begins, and within the same call does whatever a browser allows only within a click. */
  readonly begin: () => void;
  close(): void;
  fail(cause: unknown): void;
}

/** Makes one; it waits for `begin()`. */
export function pendingOpening<T extends PortalResource>(
  context: OpeningContext,
  surface: PortalSurface<T>,
  key: PortalKey,
  options: PortalOpenOptions,
): PendingOpening {
  const { config, loader, adapter, keeper, run, keyOf } = context;
  // For so long chargebee.js may tell nothing once there is what it needs: longer than its pages take to load.
  const SILENCE_MS = 20_000;
  const isPortal = (surface as unknown) === PORTAL;
  let state: PortalStatus = 'opening';
  let held: Held<T> | undefined;
  let portalWindow: PortalWindow | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let resolve!: () => void;
  let reject!: (error: PortalError) => void;
  const shown = new Promise<void>((onShown, onFailed) => {
    resolve = onShown;
    reject = onFailed;
  });

  const move = (to: PortalStatus): void => {
    clearTimeout(timer);
    state = to;
    if (to === 'idle') {
      portalWindow?.close();
      context.outside(adapter.closeAll);
      if (held) keeper.hold(held); // Not used, and good for the next click.
      held = undefined;
    }
    context.changed(to);
    resolve();
  };

  const opened = (): void => {
    if (state === 'opening') move('open');
  };

  const happen = (event: PortalEvent): void =>
    run(() => {
      if (state === 'idle') return;
      if (event.type === 'close') move('idle');
      else opened();
      context.happened(event, options);
    });

  const close = (): void => happen({ type: 'close' });

  const fail = (cause: unknown): void =>
    run(() => {
      if (state === 'idle') return;
      const error = toPortalError(cause);
      const wasOpen = state === 'open';
      reject(error);
      move('idle');
      context.failed(error, wasOpen ? options : undefined);
    });

  // When chargebee.js is through with its own handling, which would leave it busy again.
  const failSoon = (cause: unknown): unknown => setTimeout(fail, 0, cause);

  const ofChargebee = (cause: unknown): PortalError => toPortalError(cause, 'PORTAL_FAILED');

  const endSilence = (): void => {
    if (state === 'opening' && (typeof ngDevMode === 'undefined' || ngDevMode)) {
      console.warn('chargebee.js tells nothing. Is the page’s domain allow-listed in Chargebee?');
    }
    opened();
  };

  /** The session (or page) of this opening, asked for once. */
  const take = (): Promise<T> => {
    if (!held) {
      held = keeper.take(surface, key);
      held.resource.catch(() => (held = undefined)); // Nobody is to be given it again.
    }
    return held.resource;
  };

  const isWanted = (): boolean => {
    if (state !== 'idle') context.checkIdentity();
    return state !== 'idle';
  };

  /** What chargebee.js calls for a session (or page): for this opening, or later on for another party's. */
  const supply = async (): Promise<T> => {
    const isOurs = state !== 'idle';
    const asked = isOurs ? key : keyOf(key.customerId);
    try {
      const resource = await (isOurs ? take() : keeper.take(surface, asked).resource);
      // Nobody waits for it: rejecting would have chargebee.js close what has been opened since.
      if (isOurs && !isWanted()) return await new Promise<never>(() => undefined);
      if (keyOf().identity !== asked.identity) throw new PortalError('IDENTITY_CHANGED');
      if (isPortal) adapter.authenticate(asked);
      if (isOurs) held = undefined;
      // The page is left for it now; a browser may show it again later, as it was.
      if (config.enableRedirectMode) opened();
      return resource;
    } catch (cause) {
      failSoon(cause);
      throw cause;
    }
  };

  const block = (): void => {
    fail(new PortalError('POPUP_BLOCKED'));
  };

  const show = (): void => {
    try {
      const instance = adapter.acquire(key);
      instance.closeAll(); // It may be busy with what another party has left behind.
      const locale = options.locale ?? config.locale;
      if (locale) instance.setLocale(locale); // It may have another from before, or from another party.
      // It will be asked for as soon as chargebee.js has loaded a page of its own.
      const asked = isPortal && adapter.isAuthenticated(key) ? Promise.resolve() : take();
      asked.then(() => (timer = setTimeout(endSilence, SILENCE_MS)), failSoon);
      const callbacks = chargebeeCallbacks(happen, (cause) => failSoon(ofChargebee(cause)));
      if (isBlocked(() => surface.show(instance, options, callbacks, supply))) block();
    } catch (cause) {
      fail(ofChargebee(cause));
    }
  };

  const openWindow = (): void => {
    const asked = take(); // Also when the window is blocked: the next click has it.
    if (!config.enableRedirectMode) {
      portalWindow = openPortalWindow(close);
      if (!portalWindow) return block();
    }
    asked
      .then((resource) => {
        if (!isWanted()) return;
        held = undefined;
        const url = checkPortalUrl(config, surface.url(resource));
        if (isPortal) context.sent(key, resource.id);
        if (portalWindow) portalWindow.go(url);
        else location.assign(url);
        opened();
      })
      .catch(fail);
  };

  return {
    key,
    shown,
    close,
    fail,
    state: () => state,
    begin() {
      if (chargebeeGlobal()) return show();
      const windowed =
        loader.failed() || (!config.iframeOnly && !config.enableRedirectMode && opensWindow());
      const loading = loader.load();
      if (windowed) {
        loading.catch(() => undefined); // For the next opening; this one does without.
        return openWindow();
      }
      // An iframe and a redirect need no click: the script is waited for, and the session asked for meanwhile.
      take().catch(fail);
      const ifWanted = (next: () => void) => () => {
        if (isWanted()) next();
      };
      loading.then(ifWanted(show), ifWanted(openWindow));
    },
  };
}
