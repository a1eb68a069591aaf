import { toPortalError } from './backends/backend-error';
import type { PortalResource } from './backends/portal-backend';
import type { ChargebeeAdapter } from './chargebee-adapter';
import { chargebeeCallbacks } from './chargebee-callbacks';
import { checkPortalUrl, type PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalKey } from './portal-key';
import type { PortalOpenOptions } from './portal-options';
import type { PortalStatus } from './portal-service';
import type { PortalSurface } from './portal-surface';
import { isBlocked, openPortalWindow, opensWindow, type PortalWindow } from './portal-window';
import { chargebeeOf, type ScriptLoader } from './script-loader';
import type { Held } from './session-keeper';

// How long an opening may take: longer than a backend that answers at all.
const LIMIT_MS = 45_000;

declare const ngDevMode: unknown;

/** What an opening works with, and whom it tells. */
export interface OpeningContext {
  readonly win: Window;
  readonly config: PortalConfig;
  readonly loader: ScriptLoader;
  readonly adapter: ChargebeeAdapter;
  /** Runs something in Angular's zone. */
  readonly run: <T>(task: () => T) => T;
  /** Fails the opening, if another user has taken over. */
  readonly checkIdentity: () => void;
  readonly changed: (state: PortalStatus) => void;
  readonly happened: (event: PortalEvent, options: PortalOpenOptions) => void;
  readonly failed: (error: PortalError) => void;
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
  /** Shows its window again, if it has one of ours that is still there. */
  focus(): boolean | undefined;
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
  const { win, config, loader, adapter } = context;
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
      adapter.closeAll();
      if (held) surface.keeper.hold(held); // Not used, and good for the next click.
    }
    context.changed(to);
    resolve();
  };

  const opened = (): void => {
    if (state === 'opening') move('open');
  };

  const happen = (event: PortalEvent): void =>
    context.run(() => {
      if (state === 'idle') return;
      if (event.type === 'close') move('idle');
      else opened();
      context.happened(event, options);
    });

  const close = (): void => happen({ type: 'close' });

  const fail = (cause: unknown): void =>
    context.run(() => {
      if (state === 'idle') return;
      const error = toPortalError(cause);
      const wasOpen = state === 'open';
      reject(error);
      move('idle');
      context.failed(error);
      if (wasOpen) options.onError?.(error);
    });

  // When chargebee.js is through with its own handling, which would leave it busy again.
  const failSoon = (cause: unknown): unknown => setTimeout(fail, 0, cause);

  const ofChargebee = (cause: unknown): PortalError => toPortalError(cause, 'PORTAL_FAILED');

  const expire = (): void => {
    if (held) {
      held = undefined; // Nobody is to wait for it again.
      return fail(new PortalError('NETWORK_ERROR'));
    }
    if (typeof ngDevMode === 'undefined' || ngDevMode) {
      console.warn('chargebee.js tells nothing. Is the page’s domain allow-listed in Chargebee?');
    }
    opened();
  };

  /** The session (or page) of this opening, asked for once. */
  const take = (): Promise<T> => (held ??= surface.keeper.take(key)).resource;

  const isWanted = (): boolean => {
    context.checkIdentity();
    return state !== 'idle';
  };

  /** What chargebee.js calls for a session (or page): for this opening, or later on for another party's. */
  const supply = async (): Promise<T> => {
    const isOurs = state !== 'idle';
    try {
      const resource = await take();
      // Nobody waits for it: rejecting would have chargebee.js close what has been opened since.
      if (isOurs && !isWanted()) return await new Promise<never>(() => undefined);
      if (surface.isPortal) adapter.authenticate(key);
      return resource;
    } catch (cause) {
      failSoon(cause);
      throw cause;
    } finally {
      held = undefined;
    }
  };

  const block = (): void => {
    fail(new PortalError('POPUP_BLOCKED'));
  };

  const show = (): void => {
    try {
      const instance = adapter.acquire();
      instance.closeAll(); // It may be busy with what another party has left behind.
      if (options.locale) instance.setLocale(options.locale);
      const callbacks = chargebeeCallbacks(happen, (cause) => failSoon(ofChargebee(cause)));
      const supplyInZone = () => context.run(supply);
      if (isBlocked(win, () => surface.show(instance, options, callbacks, supplyInZone))) block();
    } catch (cause) {
      fail(ofChargebee(cause));
    }
  };

  const openWindow = (): void => {
    if (!config.enableRedirectMode) {
      portalWindow = openPortalWindow(win, close);
      if (!portalWindow) return block();
    }
    take()
      .then((resource) => {
        if (!isWanted()) return;
        const url = checkPortalUrl(config, surface.url(resource));
        held = undefined;
        if (surface.isPortal) context.sent(key, resource.id);
        if (portalWindow) portalWindow.go(url);
        else win.location.assign(url);
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
    focus: () => portalWindow?.focus(),
    begin() {
      timer = setTimeout(expire, LIMIT_MS);
      if (chargebeeOf(win)) return show();
      const windowed =
        loader.failed() ||
        (!config.iframeOnly && !config.enableRedirectMode && opensWindow(win.navigator));
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
