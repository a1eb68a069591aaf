import type { PortalResource } from './backends/portal-backend';
import { toPortalError } from './backends/backend-error';
import type { ChargebeeAdapter } from './chargebee-adapter';
import { chargebeeCallbacks } from './chargebee-callbacks';
import type { PendingOpening } from './pending-opening';
import { checkPortalUrl, type PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import type { PortalKey } from './portal-key';
import type { PortalOpenOptions } from './portal-options';
import type { PortalSurface } from './portal-surface';
import { isBlocked, opensWindow, PortalWindow } from './portal-window';
import type { ScriptLoader } from './script-loader';

// Longer than a session may take, so that silence means that chargebee.js calls back nothing.
const SILENCE_MS = 45_000;

declare const ngDevMode: unknown;

/** What the opener needs of the service. */
export interface OpenerHost {
  /** Runs something in Angular's zone. */
  readonly run: <T>(task: () => T) => T;
  /** Fails the opening if another user has taken over. */
  readonly checkIdentity: () => void;
  /** The key of the current user with this customer. */
  readonly key: (customerId: string | undefined) => PortalKey;
  /** A session is being used without chargebee.js. */
  readonly usedByUrl: (opening: PendingOpening, resource: PortalResource) => void;
}

/** Takes one opening from the click to the portal: by chargebee.js, or without it in a window of our own. */
export class PortalOpener {
  constructor(
    private readonly win: Window,
    private readonly config: PortalConfig,
    private readonly loader: ScriptLoader,
    private readonly adapter: ChargebeeAdapter,
    private readonly host: OpenerHost,
  ) {}

  /** Begins, and within the same call does whatever a browser allows only within a click. */
  begin<T extends PortalResource>(
    opening: PendingOpening<T>,
    surface: PortalSurface<T>,
    options: PortalOpenOptions,
  ): void {
    const { config, loader, win } = this;
    if (loader.global) return this.#show(opening, surface, options);
    const windowed =
      loader.failed ||
      (!config.iframeOnly && !config.enableRedirectMode && opensWindow(win.navigator));
    const loading = loader.load();
    if (windowed) {
      loading.catch(() => undefined); // For the next opening; this one does without.
      return this.#openWindow(opening, surface);
    }
    // An iframe and a redirect need no click: the script is waited for, and the session asked for meanwhile.
    this.#take(opening, surface).catch((error: PortalError) => this.#fail(opening, error));
    loading.then(
      () => opening.isCurrent && this.#show(opening, surface, options),
      () => opening.isCurrent && this.#openWindow(opening, surface),
    );
  }

  #show<T extends PortalResource>(
    opening: PendingOpening<T>,
    surface: PortalSurface<T>,
    options: PortalOpenOptions,
  ): void {
    const { adapter, host, win } = this;
    const callbacks = chargebeeCallbacks(
      (event) => host.run(() => opening.event(event)),
      (cause) => this.#failSoon(opening, portalFailed(cause)),
    );
    const supply = () => host.run(() => this.#supply(opening, surface));
    try {
      const instance = adapter.acquire();
      instance.closeAll(); // It may be busy with what another party has left behind.
      if (options.locale) instance.setLocale(options.locale);
      if (isBlocked(win, () => surface.show(instance, options, callbacks, supply))) {
        this.#blocked(opening, surface);
      } else {
        this.#expectCallback(opening);
      }
    } catch (cause) {
      this.#fail(opening, portalFailed(cause));
    }
  }

  /** What chargebee.js calls for a session (or page). */
  async #supply<T extends PortalResource>(
    opening: PendingOpening<T>,
    surface: PortalSurface<T>,
  ): Promise<T> {
    if (!opening.isCurrent) {
      // Another party opens the portal, with the function that was set for this opening.
      const key = this.host.key(opening.key.customerId);
      const resource = await surface.keeper.take(key).resource;
      surface.used(key);
      return resource;
    }
    try {
      const resource = await this.#take(opening, surface);
      this.host.checkIdentity();
      // Nobody waits for it: rejecting would have chargebee.js close what has been opened since.
      if (!opening.isCurrent) return await new Promise<never>(() => undefined);
      opening.held = undefined;
      surface.used(opening.key);
      this.#expectCallback(opening);
      return resource;
    } catch (cause) {
      const error = toPortalError(cause);
      this.#failSoon(opening, error);
      throw error;
    }
  }

  #openWindow<T extends PortalResource>(
    opening: PendingOpening<T>,
    surface: PortalSurface<T>,
  ): void {
    const { config, host, win } = this;
    if (!config.enableRedirectMode) {
      opening.window = PortalWindow.open(win);
      if (!opening.window) return this.#blocked(opening, surface);
      opening.window.onClosed(() => host.run(() => opening.event({ type: 'close' })));
    }
    this.#take(opening, surface)
      .then((resource) => {
        host.checkIdentity();
        if (!opening.isCurrent) return;
        const url = checkPortalUrl(config, surface.url(resource));
        opening.held = undefined;
        host.usedByUrl(opening, resource);
        if (opening.window) opening.window.go(url);
        else win.location.assign(url);
        host.run(() => opening.opened());
      })
      .catch((cause: unknown) => this.#fail(opening, toPortalError(cause)));
  }

  /** The session (or page) of this opening, asked for once. */
  #take<T extends PortalResource>(
    opening: PendingOpening<T>,
    surface: PortalSurface<T>,
  ): Promise<T> {
    opening.held ??= surface.keeper.take(opening.key);
    return opening.held.resource;
  }

  #blocked<T extends PortalResource>(opening: PendingOpening<T>, surface: PortalSurface<T>): void {
    this.#fail(
      opening,
      new PortalError('POPUP_BLOCKED', 'The browser blocked the window. Click again.'),
    );
    surface.prefetch(opening.key).catch(() => undefined);
  }

  #expectCallback(opening: PendingOpening): void {
    opening.openAfter(SILENCE_MS, () => {
      if (typeof ngDevMode === 'undefined' || ngDevMode) {
        console.warn(
          'chargebee.js calls back nothing. Is this page’s domain allow-listed in Chargebee?',
        );
      }
    });
  }

  /** Fails when chargebee.js is through with its own handling, which would leave it busy again. */
  #failSoon(opening: PendingOpening, error: PortalError): void {
    setTimeout(() => this.#fail(opening, error));
  }

  #fail(opening: PendingOpening, error: PortalError): void {
    if (opening.isCurrent) this.host.run(() => opening.fail(error));
  }
}

const portalFailed = (cause: unknown): PortalError =>
  cause instanceof PortalError
    ? cause
    : new PortalError('PORTAL_FAILED', 'chargebee.js could not show the portal.', { cause });
