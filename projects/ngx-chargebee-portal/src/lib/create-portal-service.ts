import { isPlatformBrowser } from '@angular/common';
import {
  computed,
  CSP_NONCE,
  DestroyRef,
  DOCUMENT,
  effect,
  inject,
  Injector,
  NgZone,
  PLATFORM_ID,
  runInInjectionContext,
  signal,
  untracked,
} from '@angular/core';
import { Subject, type ObservableInput } from 'rxjs';
import { answerOf } from './backends/backend-client';
import { PORTAL_BACKEND, type PortalRequest, type PortalResource } from './backends/portal-backend';
import { chargebeeAdapter } from './chargebee-adapter';
import { PORTAL_IDENTITY, PORTAL_LISTENERS, type PortalIdentity } from './features';
import { pendingOpening, type PendingOpening } from './pending-opening';
import { PORTAL_CONFIG, SCRIPT_URL } from './portal-config';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import { sameKey, type KeyMatch, type PortalKey } from './portal-key';
import type { PortalOpenOptions } from './portal-options';
import { paramError } from './portal-sections';
import type { ChargebeePortalService, PortalStatus } from './portal-service';
import { paymentSourcesSurface, portalSurface, type PortalSurface } from './portal-surface';
import { chargebeeOf, scriptLoader, type ChargebeeWindow } from './script-loader';
import { sessionKeeper } from './session-keeper';
import { windowSessions } from './window-sessions';

const CHARGEBEE_JS = 'https://js.chargebee.com/v2/chargebee.js';

/**
 * Makes the `ChargebeePortalService`: it knows whose portal is open, and nothing of one user's is ever another's.
 * Runs in an injection context. Closures, since a minifier shortens their names and not those of a class's members.
 */
export function createPortalService(): ChargebeePortalService {
  const injector = inject(Injector);
  const zone = inject(NgZone);
  const config = inject(PORTAL_CONFIG);
  const backend = inject(PORTAL_BACKEND);
  const isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  const identitySource = inject(PORTAL_IDENTITY, { optional: true });
  const listeners = inject(PORTAL_LISTENERS, { optional: true }) ?? [];
  const nonce = inject(CSP_NONCE, { optional: true }) ?? undefined;
  const scriptUrl = inject(SCRIPT_URL, { optional: true }) ?? CHARGEBEE_JS;
  const win = inject(DOCUMENT).defaultView as ChargebeeWindow;

  const status = signal<PortalStatus>('idle');
  const error = signal<PortalError | undefined>(undefined);
  const events = new Subject<PortalEvent>();

  const run = <T>(task: () => T): T => zone.run(task);
  const outside = <T>(task: () => T): T => zone.runOutsideAngular(task);

  const request = ({ customerId }: PortalKey): PortalRequest => ({
    customerId,
    redirectUrl: config.redirectUrl ?? win.location.href.split(/[?#]/)[0],
    // Without a secure context there is no randomUUID; the key is optional.
    idempotencyKey: (crypto as Partial<Crypto>).randomUUID?.(),
  });

  const loader = scriptLoader(win, scriptUrl, nonce);
  const adapter = chargebeeAdapter(win, config, nonce);
  const opened = windowSessions((id) => run(() => backend.logoutSession(id)));
  const keeperOf = <T extends PortalResource>(
    ask: (request: PortalRequest) => ObservableInput<T>,
    isValid: (made: T, key: PortalKey) => unknown,
  ) =>
    sessionKeeper((key) =>
      answerOf(
        () => run(() => ask(request(key))),
        (made) => made && isValid(made, key),
      ),
    );
  const sessions = keeperOf(
    (asked) => backend.createSession(asked),
    ({ token, accessUrl, customerId }, key) =>
      token && accessUrl && (!key.customerId || key.customerId === customerId),
  );
  const pages = keeperOf(
    (asked) => backend.createPaymentSourcesPage(asked),
    ({ url }) => url,
  );
  const portal = portalSurface(sessions, () => chargebeeOf(win)!);
  const paymentSources = paymentSourcesSurface(pages);
  let current: PendingOpening | undefined;

  const readIdentity = (): PortalIdentity => {
    if (!identitySource) return undefined;
    const identity = runInInjectionContext(injector, identitySource);
    return typeof identity === 'function' ? identity() : identity;
  };

  const keyOf = (customerId?: string): PortalKey => ({
    identity: untracked(readIdentity),
    customerId,
  });

  const close = (): void => current?.close();

  /** Ends whatever belongs to another key: the open portal, held sessions, chargebee.js's authentication. */
  const keep = (matches: KeyMatch): void => {
    if (current && !matches(current.key)) {
      if (current.state() === 'open') close();
      else current.fail(new PortalError('IDENTITY_CHANGED'));
    }
    sessions.keep(matches);
    pages.keep(matches);
    outside(() => adapter.keep(matches));
  };

  const checkIdentity = (): void => {
    const { identity } = keyOf();
    const isSame: KeyMatch = (key) => key.identity === identity;
    keep(isSame);
    opened.keep(isSame);
  };

  const reject = (failure: PortalError): Promise<never> => {
    error.set(failure);
    return Promise.reject(failure);
  };

  const context = {
    win,
    config,
    loader,
    adapter,
    run,
    checkIdentity,
    changed: (state: PortalStatus) => {
      if (state === 'idle') current = undefined;
      status.set(state);
    },
    happened: (event: PortalEvent, { onEvent }: PortalOpenOptions) => {
      for (const listener of listeners) listener(event);
      onEvent?.(event);
      events.next(event);
    },
    failed: (failure: PortalError) => error.set(failure),
    sent: opened.add,
  };

  const open = <T extends PortalResource>(
    surface: PortalSurface<T>,
    options: PortalOpenOptions,
  ): Promise<void> => {
    const failure = isBrowser
      ? paramError(options.section, options.params)
      : new PortalError('NOT_IN_BROWSER');
    if (failure) return reject(failure);
    const key = keyOf(options.customerId);
    keep(sameKey(key));
    if (current?.state() === 'opening' || current?.focus()) return current.shown;
    close();
    error.set(undefined);
    status.set('opening');
    const opening = (current = pendingOpening(context, surface, key, options));
    outside(opening.begin);
    return opening.shown;
  };

  if (isBrowser && identitySource) {
    untracked(readIdentity); // Its dependencies are made here, outside the effect.
    effect(() => {
      readIdentity();
      untracked(checkIdentity);
    });
  }

  const end = (): void => {
    close();
    keep(() => false);
  };

  inject(DestroyRef).onDestroy(() => {
    end();
    events.complete();
  });

  return {
    status,
    error,
    events,
    isOpen: computed(() => status() === 'open'),
    close,
    open: (options = {}) => open(portal, options),
    managePaymentSources: (options = {}) => open(paymentSources, options),
    async preload() {
      if (isBrowser) await outside(loader.load);
    },
    async prefetchSession({ customerId } = {}) {
      if (!isBrowser || current) return;
      checkIdentity();
      const key = keyOf(customerId);
      if (!adapter.isAuthenticated(key)) await outside(() => sessions.prefetch(key).resource);
    },
    async logout() {
      end();
      await opened.logout().catch(reject);
    },
  };
}
