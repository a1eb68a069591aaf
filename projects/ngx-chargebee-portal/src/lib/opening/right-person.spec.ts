import {
  createEnvironmentInjector,
  effect,
  EnvironmentInjector,
  ErrorHandler,
  inject,
  Injectable,
  provideEnvironmentInitializer,
  signal,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { fakeBrowser, PHONE, passBlockingTime } from '../../../test/fake-browser';
import type { FakeBackend } from '../../../test/fake-backend';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, rejection, setup, until, type SetupOptions } from '../../../test/setup';
import { provideChargebeePortal } from '../provide';
import { withBackend } from '../setup/with-backend';
import { withIdentity } from '../setup/with-identity';
import type { PortalIdentitySource } from '../portal/portal-identity';
import { ChargebeePortalService } from '../portal/portal-service';

describe('The signed-in user', () => {
  afterEach(() => FakeChargebee.uninstall());

  function setUpUser(options: SetupOptions = {}) {
    const user = signal<string | null>('user-1');
    return Object.assign(setup({ ...options, features: [withIdentity(() => user)] }), { user });
  }

  function addRoute(backend: FakeBackend, identity: () => PortalIdentitySource) {
    return createEnvironmentInjector(
      [
        provideChargebeePortal(
          { site: 'acme-test' },
          withBackend(() => backend),
          withIdentity(identity),
        ),
      ],
      TestBed.inject(EnvironmentInjector),
    );
  }

  it('gets a new session after another user', async () => {
    const { service, chargebee, user } = setUpUser();
    await service.open();
    chargebee.getInstance().close();
    user.set('user-2');
    await service.open();
    const { calls, tokens } = chargebee.getInstance();
    expect(tokens).toEqual(['token-1', 'token-2']);
    expect(calls.filter((call) => call !== 'closeAll')).toEqual(['open', 'logout', 'open']);
  });

  it('is read by open() before anything is opened', () => {
    const { service, chargebee, user } = setUpUser();
    const instance = chargebee.init({ site: 'acme-test' });
    service.open().catch(() => undefined);
    user.set('user-2');
    instance.calls.length = 0;
    service.open().catch(() => undefined);
    expect(instance.calls.at(-1)).toBe('open');
  });

  it('does not see the portal that the previous user has opened', async () => {
    const { service, chargebee, user, events } = setUpUser();
    await service.open();
    user.set('user-2');
    TestBed.tick();
    expect(chargebee.getInstance().page).toBeUndefined();
    expect(chargebee.getInstance().authenticated).toBeFalse();
    expect(events.at(-1)).toEqual({ type: 'close' });
    expect(service.error()).toBeUndefined();
  });

  it('does not see that portal either while an effect of the application throws', async () => {
    const user = signal('user-1');
    const { service, chargebee, events } = setup({
      features: [withIdentity(() => user)],
      providers: [
        provideEnvironmentInitializer(() => {
          effect(() => {
            if (user() === 'user-2') throw new Error('unknown user');
          });
        }),
      ],
    });
    await service.open();
    const instance = chargebee.getInstance();
    user.set('user-2');
    expect(() => TestBed.tick()).toThrowError('unknown user');
    expect(instance.page).toBeDefined();
    await until(() => !instance.page);
    expect(instance.authenticated).toBeFalse();
    expect(events.at(-1)).toEqual({ type: 'close' });
  });

  it('does not see that portal either if the identity is a plain value', async () => {
    let user = 'user-1';
    const { service, chargebee } = setup({ features: [withIdentity(() => user)] });
    await service.open();
    TestBed.tick();
    user = 'user-2';
    await until(() => service.status() === 'idle');
    expect(chargebee.getInstance().authenticated).toBeFalse();
  });

  it('does not get another user’s session from a cache of the backend’s answers', async () => {
    const { service, chargebee, backend, user } = setUpUser();
    backend.overrides = { id: 'portal_cached', token: 'cached' };
    await service.prefetchSession();
    user.set('user-2');
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({
        code: 'INVALID_RESPONSE',
        message: jasmine.stringContaining('the session of another user'),
      }),
    );
    expect(chargebee.getInstance().tokens).toEqual([]);
    expect(chargebee.getInstance().page).toBeUndefined();
    backend.overrides = {};
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-3']);
  });

  it('does not get another user’s session from such a cache by the portal of another route', async () => {
    const { service, chargebee, backend, user } = setUpUser();
    backend.overrides = { id: 'portal_cached', token: 'cached' };
    await service.open();
    chargebee.getInstance().close();
    user.set('user-2');
    const route = addRoute(backend, () => user);
    expect(await rejection(route.get(ChargebeePortalService).open())).toEqual(
      jasmine.objectContaining({ code: 'INVALID_RESPONSE' }),
    );
    expect(chargebee.getInstance().tokens).toEqual(['cached']);
    route.destroy();
  });

  it('does not get another user’s session from such a cache by an application that is started afterwards', async () => {
    const cached = { id: 'portal_cached', token: 'cached' };
    const first = setUpUser();
    first.backend.overrides = cached;
    await first.service.prefetchSession();
    TestBed.resetTestingModule();
    FakeChargebee.uninstall();
    const { service, chargebee, backend, user } = setUpUser();
    backend.overrides = cached;
    user.set('user-2');
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'INVALID_RESPONSE' }),
    );
    expect(chargebee.getInstance().tokens).toEqual([]);
  });

  it('does not get another customer’s payment methods from a cache of the backend’s answers', async () => {
    const { service, chargebee, backend } = setUpUser();
    const cached = await backend.createPaymentSourcesPage({});
    spyOn(backend, 'createPaymentSourcesPage').and.resolveTo(cached);
    const showPage = async (customerId: string) => {
      const opening = service.managePaymentSources({ customerId });
      await nextTask();
      chargebee.getInstance().close();
      await opening;
    };
    await showPage('customer-1');
    await showPage('customer-1'); // It is the same customer's: Chargebee decides whether it can still be shown.
    const failure = await rejection(showPage('customer-2'));
    expect(failure).toEqual(jasmine.objectContaining({ code: 'INVALID_RESPONSE' }));
    expect(chargebee.getInstance().hostedPages.length).toBe(2);
  });

  it('can use sessions that have no id', async () => {
    const { service, chargebee, backend, user } = setUpUser();
    backend.overrides = { id: undefined };
    await service.open();
    chargebee.getInstance().close();
    user.set('user-2');
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
  });

  it('does not get a session that was in flight for another user', async () => {
    const { service, chargebee, backend, user } = setUpUser();
    backend.hold();
    const failure = rejection(service.open());
    await nextTask();
    user.set('user-2');
    backend.release();
    expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
    await nextTask();
    expect(chargebee.getInstance().tokens).toEqual([]);
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-2']);
  });

  it('is not shown the portal that the previous user clicked for before the window was closed', async () => {
    const { windows } = fakeBrowser({ userAgent: PHONE });
    const { service, backend, user } = setUpUser({ script: 'window' });
    backend.hold();
    service.events.subscribe(() => user.set('user-2'));
    const opening = service.open();
    passBlockingTime();
    void service.open();
    windows[0].closed = true;
    await opening;
    expect(windows.length).toBe(1);
    expect(service.status()).toBe('idle');
    backend.release();
  });

  it('does not get a session that was prefetched for another user', async () => {
    const { service, chargebee, backend, user } = setUpUser();
    await service.prefetchSession();
    user.set('user-2');
    await service.open();
    expect(backend.sessions.length).toBe(2);
    expect(chargebee.getInstance().tokens).toEqual(['token-2']);
  });

  for (const [what, request] of [
    ['prefetched', (service: ChargebeePortalService) => service.prefetchSession()],
    [
      'requested by a click whose portal was closed',
      async (service: ChargebeePortalService) => {
        const opening = service.open();
        await nextTask();
        service.close();
        return opening;
      },
    ],
  ] as const) {
    // An interceptor that waits for a new token sends the request with the token of whoever has signed in by then.
    it(`does not get a session that was ${what} and sent with the next user’s token, also with a plain value`, async () => {
      let user = 'user-1';
      const { service, chargebee, backend } = setup({ features: [withIdentity(() => user)] });
      chargebee.init({ site: 'acme-test' });
      backend.hold();
      const requested = request(service);
      await nextTask();
      user = 'user-2';
      backend.release();
      await requested;
      await nextTask();
      user = 'user-1';
      await service.open();
      expect(chargebee.getInstance().tokens).toEqual(['token-2']);
    });
  }

  for (const [when, returnToPage] of [
    [
      'the page was hidden',
      () => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
    ],
    ['another window beside it had the focus', () => window.dispatchEvent(new Event('focus'))],
  ] as const) {
    it(`does not use a session that was prefetched before ${when}: the user may have signed out since`, async () => {
      const { service, chargebee, backend } = setUpUser();
      await service.prefetchSession();
      returnToPage();
      await service.open();
      expect(backend.sessions.length).toBe(2);
      expect(chargebee.getInstance().tokens).toEqual(['token-2']);
    });
  }

  it('uses a session that was prefetched before an element of the page got the focus', async () => {
    const { service, chargebee } = setUpUser();
    await service.prefetchSession();
    document.body.dispatchEvent(new Event('focus'));
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1']);
  });

  it('does not use the session of an opening that was ended unused after the page had been hidden', async () => {
    const { service, chargebee, backend } = setUpUser();
    chargebee.init({ site: 'acme-test' });
    backend.hold();
    const opening = service.open();
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    service.close();
    await opening;
    backend.release();
    await nextTask();
    await service.open();
    expect(backend.sessions.length).toBe(2);
    expect(chargebee.getInstance().tokens).toEqual(['token-2']);
  });

  it('closes and logs out of the portal by signing out', async () => {
    const { service, chargebee, user } = setUpUser();
    await service.open();
    user.set(null);
    TestBed.tick();
    expect(service.status()).toBe('idle');
    expect(chargebee.getInstance().authenticated).toBeFalse();
  });

  it('is not shown the portal of a customer whom other code has logged in since', async () => {
    const { service, chargebee } = setUpUser();
    await service.open();
    const instance = chargebee.getInstance();
    instance.close();
    await service.logout();
    instance.setPortalSession(() => Promise.resolve({ token: 'of-other-code' }));
    instance.openFromOtherCode();
    await nextTask();
    instance.close();
    await service.open();
    expect(instance.tokens).toEqual(['token-1', 'of-other-code', 'token-2']);
  });

  it('is not logged in when other code opens the portal with the session function of an earlier opening', async () => {
    const { service, chargebee, backend, user } = setUpUser();
    await service.open();
    const instance = chargebee.getInstance();
    instance.close();
    for (const next of ['user-1', 'user-2']) {
      user.set(next);
      instance.openFromOtherCode();
      await nextTask();
      expect(instance.page).toBeUndefined();
    }
    expect(instance.tokens).toEqual(['token-1']);
    expect(backend.sessions.length).toBe(1);
    // Other code that sets its own session function can open the portal.
    await nextTask();
    instance.setPortalSession(() => Promise.resolve({ token: 'of-other-code' }));
    instance.openFromOtherCode();
    await nextTask();
    expect(instance.tokens).toEqual(['token-1', 'of-other-code']);
    await service.open();
    expect(instance.tokens).toEqual(['token-1', 'of-other-code', 'token-2']);
  });

  it('prefetches no session while nobody is signed in', async () => {
    const { service, backend, user } = setUpUser();
    user.set(null);
    await service.prefetchSession();
    expect(backend.sessions).toEqual([]);
  });

  it('is unknown when the factory throws, and the error is reported', async () => {
    const handleError = spyOn(ErrorHandler.prototype, 'handleError');
    const user = signal<{ id: string } | undefined>({ id: 'user-1' });
    const { service, chargebee } = setup({ features: [withIdentity(() => user()!.id)] });
    await service.open();
    user.set(undefined);
    TestBed.tick();
    expect(handleError.calls.mostRecent().args[0]).toEqual(
      jasmine.objectContaining({ code: 'NOT_CONFIGURED' }),
    );
    expect(service.status()).toBe('idle');
    expect(chargebee.getInstance().authenticated).toBeFalse();
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'NOT_CONFIGURED', cause: jasmine.any(TypeError) }),
    );
    expect(service.error()?.code).toBe('NOT_CONFIGURED');
    user.set({ id: 'user-2' });
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
  });

  it('is logged out by logout() also if it cannot be read, and the error is reported', async () => {
    const failing = withIdentity(() => {
      throw new Error('no user');
    });
    const { service, backend, chargebee } = setup({ features: [failing] });
    const route = addRoute(backend, () => 'user-1');
    await route.get(ChargebeePortalService).open();
    expect(await rejection(service.logout())).toEqual(
      jasmine.objectContaining({ code: 'NOT_CONFIGURED' }),
    );
    expect(service.error()?.code).toBe('NOT_CONFIGURED');
    expect(chargebee.getInstance().page).toBeUndefined();
    expect(chargebee.getInstance().authenticated).toBeFalse();
    route.destroy();
  });

  it('can come from a service that injects the portal', async () => {
    @Injectable({ providedIn: 'root' })
    class Auth {
      readonly portal = inject(ChargebeePortalService);
      readonly userId = signal('user-1');
      readonly userIdEffect = effect(() => this.userId());
    }
    const { service, chargebee } = setup({ features: [withIdentity(() => inject(Auth).userId)] });
    TestBed.tick();
    await service.open();
    TestBed.inject(Auth).userId.set('user-2');
    TestBed.tick();
    expect(chargebee.getInstance().authenticated).toBeFalse();
  });

  it('gets the requested one of two customers at each opening', async () => {
    const { service, chargebee, backend } = setUpUser();
    await service.open({ customerId: 'bakery' });
    await service.open({ customerId: 'cycles' });
    expect(backend.sessions.map(({ customerId }) => customerId)).toEqual(['bakery', 'cycles']);
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
    expect(chargebee.getInstance().calls).toContain('logout');
  });
});
