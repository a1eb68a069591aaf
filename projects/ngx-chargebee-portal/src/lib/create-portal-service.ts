import { isPlatformBrowser } from '@angular/common';
import {
  computed,
  CSP_NONCE,
  DestroyRef,
  effect,
  inject,
  Injector,
  NgZone,
  PLATFORM_ID,
  runInInjectionContext,
  signal,
  untracked,
} from '@angular/core';
import { Subject } from 'rxjs';
import { answerOf } from './backends/backend-answer';
import type { PortalBackend, PortalRequest, PortalResource } from './backends/portal-backend';
import { chargebeeAdapter } from './chargebee-adapter';
import { PORTAL_SETUP, type PortalIdentity } from './features';
import { pendingOpening, type OpeningContext, type PendingOpening } from './pending-opening';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import { sameKey, type KeyMatch, type PortalKey } from './portal-key';
import type { PortalOpenOptions } from './portal-options';
import { checkParams } from './portal-sections';
import type { ChargebeePortalService, PortalStatus } from './portal-service';
import { PAYMENT_SOURCES, PORTAL, type PortalSurface } from './portal-surface';
import { scriptLoader } from './script-loader';
import { sessionKeeper } from './session-keeper';
import { windowSessions } from './window-sessions';

/**
 * Makes the `ChargebeePortalService`: it knows whose portal is open, and nothing of one user's is ever another's.
 * Runs in an injection context. Closures, since a minifier shortens their names and not those of a class's members.
 */
export function createPortalService(): ChargebeePortalService {
  const CHARGEBEE_JS = 'https://js.chargebee.com/v2/chargebee.js';
  // Chargebee takes redirect URLs of 250 characters, with the origin.
  const LONGEST_PATH = 180;
  const injector = inject(Injector);
  const zone = inject(NgZone);
  const { config, makeBackend, identitySource, scriptUrl, listeners } = inject(PORTAL_SETUP);
  const isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  const nonce = inject(CSP_NONCE, { optional: true }) ?? undefined;

  const status = signal<PortalStatus>('idle');
  const error = signal<PortalError | undefined>(undefined);
  const events = new Subject<PortalEvent>();
  for (const makeListener of listeners) events.subscribe(makeListener());

  let made: PortalBackend | undefined;
  // When it is needed, since what it is made of may need this service.
  const backend = () => (made ??= runInInjectionContext(injector, makeBackend!));

  const run = <T>(task: () => T): T => zone.run(task);
  const outside = <T>(task: () => T): T => zone.runOutsideAngular(task);

  const request = ({ customerId }: PortalKey): PortalRequest => {
    const { origin, pathname } = location;
    return {
      customerId,
      redirectUrl: config.redirectUrl ?? origin + (pathname[LONGEST_PATH] ? '/' : pathname),
      // Without a secure context there is no randomUUID; the key is optional.
      idempotencyKey: (crypto as Partial<Crypto>).randomUUID?.(),
    };
  };

  let current: PendingOpening | undefined;
  const loader = scriptLoader(scriptUrl ?? CHARGEBEE_JS, nonce);
  const adapter = chargebeeAdapter(config, nonce);
  const opened = windowSessions((id) => run(() => backend().logoutSession(id)));
  const keeper = sessionKeeper((surface, key) =>
    answerOf(
      () => run(() => surface.ask(backend(), request(key))),
      (made) => made && surface.isValid(made, key),
    ),
  );

  const readIdentity = (): PortalIdentity => {
    const identity = identitySource && runInInjectionContext(injector, identitySource);
    return typeof identity === 'function' ? identity() : identity;
  };

  const close = (): void => current?.close();

  /** Ends the open portal and drops what is held, where it belongs to another key. */
  const keepHere = (matches: KeyMatch): void => {
    if (current && !matches(current.key)) {
      if (current.state() === 'open') close();
      else current.fail(new PortalError('IDENTITY_CHANGED'));
    }
    keeper.keep(matches);
  };

  /** The same, and logs chargebee.js out. */
  const keep = (matches: KeyMatch): void => {
    keepHere(matches);
    outside(() => adapter.keep(matches));
  };

  const keyOf = (customerId?: string): PortalKey => {
    try {
      return { identity: untracked(readIdentity), customerId };
    } catch (cause) {
      keep(() => false); // Whoever it is, it is nobody who was known before.
      throw new PortalError('NOT_CONFIGURED', undefined, { cause });
    }
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

  /** Calls the app, whose own failure is its own: it is reported as any of the page's. */
  const tell = <T>(listener: ((what: T) => void) | undefined, what: T): void => {
    try {
      listener?.(what);
    } catch (cause) {
      reportError(cause);
    }
  };

  const context: OpeningContext = {
    config,
    loader,
    adapter,
    keeper,
    run,
    outside,
    keyOf,
    checkIdentity,
    changed: (state) => {
      if (state === 'idle') current = undefined;
      status.set(state);
    },
    happened: (event, { onEvent }) => {
      events.next(event);
      tell(onEvent, event);
    },
    failed: (failure, callbacks) => {
      error.set(failure);
      tell(callbacks?.onError, failure);
    },
    sent: opened.add,
  };

  const open = <T extends PortalResource>(
    surface: PortalSurface<T>,
    options: PortalOpenOptions,
  ): Promise<void> => {
    let key: PortalKey;
    try {
      if (!isBrowser) throw new PortalError('NOT_IN_BROWSER');
      checkParams(options.section, options.params);
      key = keyOf(options.customerId);
    } catch (cause) {
      return reject(cause as PortalError);
    }
    keepHere(sameKey(key)); // chargebee.js follows when it is acquired.
    if (current?.state() === 'open') close();
    if (current) return current.shown; // One at a time, also of those that a close has led to.
    error.set(undefined);
    status.set('opening');
    const opening = (current = pendingOpening(context, surface, key, options));
    outside(opening.begin);
    return opening.shown;
  };

  if (isBrowser && identitySource) {
    effect(() => {
      try {
        untracked(readIdentity); // What it depends on is made here, where nothing is tracked.
        readIdentity();
      } finally {
        untracked(checkIdentity); // It throws what these have thrown, and nothing is left of the user before.
      }
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
    open: (options = {}) => open(PORTAL, options),
    managePaymentSources: (options = {}) => open(PAYMENT_SOURCES, options),
    async preload() {
      if (isBrowser) await outside(loader.load);
    },
    async prefetchSession({ customerId } = {}) {
      if (!isBrowser || current) return;
      checkIdentity();
      const key = keyOf(customerId);
      const isNobody = identitySource && key.identity == null;
      if (!isNobody && !adapter.isAuthenticated(key)) {
        await outside(() => keeper.prefetch(PORTAL, key).resource);
      }
    },
    async logout() {
      checkIdentity();
      end();
      await opened.logout().catch(reject);
    },
  };
}
