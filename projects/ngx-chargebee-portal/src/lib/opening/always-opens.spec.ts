import { effect, ErrorHandler, inject, InjectionToken, NgZone, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  fakeBrowser,
  INSTAGRAM,
  PHONE,
  passBlockingTime,
  type FakeWindow,
} from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { FakeZone } from '../../../test/fake-zone';
import {
  brokenScript,
  flushPromises,
  nextTask,
  rejection,
  scriptOf,
  scriptThatInstalls,
  setup,
  until,
} from '../../../test/setup';
import { withIdentity } from '../setup/with-identity';
import { PortalError } from '../portal/portal-error';

const USER = new InjectionToken<string>('user');

const ACCESS_URL = 'https://acme-test.chargebeeportal.com/portal/access/token-1';

describe('Opening the portal with and without chargebee.js', () => {
  afterEach(() => FakeChargebee.uninstall());

  describe('on a computer, without the script', () => {
    it('waits for the script, and requests the session meanwhile', async () => {
      const { windows } = fakeBrowser();
      const chargebee = new FakeChargebee();
      const { service, backend } = setup({
        script: 'missing',
        scriptUrl: scriptThatInstalls(chargebee),
      });
      const opening = service.open();
      expect(backend.sessions.length).toBe(1);
      await opening;
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
      expect(windows).toEqual([]);
    });

    it('opens a window with the access URL when the script cannot be loaded', async () => {
      const { windows } = fakeBrowser();
      const { service, backend, events } = setup({ script: 'missing' });
      await service.open();
      expect(windows.length).toBe(1);
      expect(windows[0].visited).toEqual([ACCESS_URL]);
      expect(backend.sessions.length).toBe(1);
      expect(service.isOpen()).toBeTrue();
      expect(events).toEqual([]);
    });

    it('opens a window when the script is broken', async () => {
      const { windows } = fakeBrowser();
      const { service } = setup({ script: 'missing', scriptUrl: scriptOf('throw 1;') });
      const { onerror } = window;
      window.onerror = () => true; // The error of the broken script must not fail the spec.
      try {
        await service.open();
      } finally {
        window.onerror = onerror;
      }
      expect(windows[0].visited).toEqual([ACCESS_URL]);
    });

    it('keeps the session of a blocked window, which the next click uses at once', async () => {
      const browser = fakeBrowser();
      browser.blocking = true;
      const { service, backend } = setup({ script: 'missing' });
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
      );
      expect(service.error()?.code).toBe('POPUP_BLOCKED');
      browser.blocking = false;
      const opening = service.open();
      expect(browser.windows.length).toBe(1);
      await opening;
      expect(browser.windows[0].visited).toEqual([ACCESS_URL]);
      expect(backend.sessions.length).toBe(1);
    });

    it('fails when the backend fails, without waiting for the script', async () => {
      jasmine.clock().install();
      try {
        fakeBrowser();
        spyOn(document.head, 'append'); // The element never loads or fails.
        const { service, backend } = setup({ script: 'missing' });
        backend.failure = new PortalError('UNAUTHENTICATED');
        const failure = rejection(service.open());
        await flushPromises();
        jasmine.clock().tick(0);
        expect(await failure).toBe(backend.failure);
      } finally {
        jasmine.clock().uninstall();
      }
    });

    it('stays closed when it is closed while the script loads', async () => {
      const { windows } = fakeBrowser();
      const { service } = setup({ script: 'missing' });
      const opening = service.open();
      service.close();
      await opening;
      await rejection(service.preload());
      await nextTask();
      expect(windows).toEqual([]);
      expect(service.status()).toBe('idle');
    });
  });

  it('fails once when the identity cannot be read while the script loads, without an unhandled rejection', async () => {
    spyOn(ErrorHandler.prototype, 'handleError');
    const user = signal<{ id: string } | undefined>({ id: 'user-1' });
    const signOut = () => {
      new FakeChargebee().install();
      user.set(undefined);
    };
    Object.assign(window, { signOut });
    const { service } = setup({
      script: 'missing',
      scriptUrl: scriptOf('window.signOut();'),
      features: [withIdentity(() => user()!.id)],
    });
    const uncaught = jasmine.createSpy();
    addEventListener('unhandledrejection', uncaught);
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }),
    );
    for (let i = 0; i < 3; i++) await nextTask(); // A browser reports it in a task of its own.
    removeEventListener('unhandledrejection', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
    // The opening may fail before the load event of the script. Without chargebee.js the script would be loaded again, in a later spec.
    await service.preload();
  });

  describe('on a phone, without the script', () => {
    it('opens a window within the click, and navigates it to the access URL', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script: 'missing' });
      const opening = service.open();
      expect(windows.length).toBe(1);
      await opening;
      expect(windows[0].visited).toEqual([ACCESS_URL]);
      expect(backend.sessions[0].redirectUrl).toBe(location.origin + location.pathname);
    });

    it('opens a window in browsers without navigator.userActivation', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE, active: null });
      const { service } = setup({ script: 'missing' });
      await service.open();
      expect(windows[0].visited).toEqual([ACCESS_URL]);
    });

    it('is POPUP_BLOCKED outside a click', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE, active: false });
      const { service } = setup({ script: 'missing' });
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
      );
      expect(windows).toEqual([]);
    });

    it('keeps the session of a blocked window for the next click', async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      browser.blocking = true;
      const { service, backend } = setup({ script: 'missing' });
      await rejection(service.open());
      expect(backend.sessions.length).toBe(1);
      browser.blocking = false;
      await service.open();
      expect(browser.windows[0].visited).toEqual([ACCESS_URL]);
      expect(backend.sessions.length).toBe(1);
    });

    it('closes the window when the backend fails', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script: 'missing' });
      backend.failure = new PortalError('BILLING_UNAVAILABLE');
      expect(await rejection(service.open())).toBe(backend.failure);
      expect(windows[0].closed).toBeTrue();
      expect(service.status()).toBe('idle');
    });

    it('notices when the window is closed', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, events } = setup({ script: 'missing' });
      await service.open();
      passBlockingTime();
      windows[0].close();
      await until(() => events.length > 0);
      expect(events).toEqual([{ type: 'close' }]);
      expect(service.status()).toBe('idle');
    });

    it('keeps a session that arrives after the window was closed', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script: 'missing' });
      backend.hold();
      const opening = service.open();
      passBlockingTime();
      windows[0].close();
      await opening;
      backend.release();
      await service.open();
      expect(backend.sessions.length).toBe(1);
      expect(windows[1].visited).toEqual([ACCESS_URL]);
    });

    it('replaces the window that is open already', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, events } = setup({ script: 'missing' });
      await service.open();
      await service.managePaymentSources();
      expect(windows.map(({ closed }) => closed)).toEqual([true, false]);
      expect(windows[1].visited).toEqual([jasmine.stringContaining('page_1')]);
      expect(events).toEqual([{ type: 'close' }]);
      expect(service.isOpen()).toBeTrue();
    });

    it('closes the window by close()', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service } = setup({ script: 'missing' });
      await service.open();
      service.close();
      expect(windows[0].closed).toBeTrue();
    });

    it('opens the page for payment methods in the same way', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service } = setup({ script: 'missing' });
      await service.managePaymentSources();
      expect(windows[0].visited).toEqual([
        'https://acme-test.chargebee.com/pages/v3/page_1/manage_payment_sources',
      ]);
    });

    it('waits for the script with iframeOnly', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const chargebee = new FakeChargebee();
      const { service } = setup({
        config: { iframeOnly: true },
        script: 'missing',
        scriptUrl: scriptThatInstalls(chargebee),
      });
      await service.open();
      expect(windows).toEqual([]);
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
    });

    it('waits for the script with enableRedirectMode, and opens no window', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const chargebee = new FakeChargebee();
      const { service } = setup({
        config: { enableRedirectMode: true },
        script: 'missing',
        scriptUrl: scriptThatInstalls(chargebee),
      });
      await service.open();
      expect(windows).toEqual([]);
      await nextTask();
      expect(chargebee.inits).toEqual([jasmine.objectContaining({ enableRedirectMode: true })]);
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
    });

    it('waits for the script in in-app browsers, which cannot open windows', async () => {
      const { windows } = fakeBrowser({ userAgent: INSTAGRAM });
      const chargebee = new FakeChargebee();
      const { service } = setup({
        script: 'missing',
        scriptUrl: scriptThatInstalls(chargebee),
      });
      await service.open();
      expect(windows).toEqual([]);
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
    });
  });

  describe('on a phone, with the script', () => {
    it('lets chargebee.js open its window within the click', async () => {
      const { windows, ...browser } = fakeBrowser({ userAgent: PHONE });
      const { open: native } = window as { open: unknown };
      const { service, chargebee } = setup({ script: 'window' });
      const opening = service.open();
      expect(windows.length).toBe(1);
      expect(browser.blocking).toBeFalse();
      expect((window as { open: unknown }).open).toBe(native);
      await opening;
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
    });

    it('fails when the window is blocked, and the next click uses the same session', async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      browser.blocking = true;
      const { service, chargebee, backend } = setup({ script: 'window' });
      await service.prefetchSession();
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
      );
      expect(chargebee.instance?.busy).toBeFalse();
      browser.blocking = false;
      await service.open();
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
      expect(backend.sessions.length).toBe(1);
    });

    it('is POPUP_BLOCKED outside a click', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE, active: false });
      const { service } = setup({ script: 'window' });
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
      );
      expect(windows).toEqual([]);
    });

    it('is POPUP_BLOCKED although chargebee.js throws because of the missing window', async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      browser.blocking = true;
      const { service, chargebee } = setup({ script: 'window' });
      const instance = chargebee.init({ site: 'acme-test' });
      spyOn(instance, 'createChargebeePortal').and.returnValue({
        open: () => {
          window.open('about:blank')!.focus();
        },
        openSection: () => undefined,
      });
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
      );
    });

    it('closes the window when the backend fails, and can open again', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script: 'window' });
      backend.failure = new PortalError('BILLING_UNAVAILABLE');
      await rejection(service.open());
      expect(windows[0].closed).toBeTrue();
      backend.failure = undefined;
      await service.open();
      expect(service.isOpen()).toBeTrue();
    });
  });

  describe('an access URL', () => {
    for (const [accessUrl, code] of [
      ['http://acme-test.chargebeeportal.com/portal/access/token-1', 'SITE_MISMATCH'],
      ['https://acme-test.chargebeeportal.com.example.com/portal/access/token-1', 'SITE_MISMATCH'],
      ['https://acme-test.chargebeeportal.com@example.com/portal/access/token-1', 'SITE_MISMATCH'],
      ['https://other.chargebeeportal.com/portal/access/token-1', 'SITE_MISMATCH'],
      ['javascript:alert(1)', 'INVALID_RESPONSE'],
      ['nonsense', 'INVALID_RESPONSE'],
    ] as const) {
      it(`is not opened when it is ${accessUrl}`, async () => {
        const { windows } = fakeBrowser({ userAgent: PHONE });
        const { service, backend } = setup({ script: 'missing' });
        backend.overrides = { accessUrl };
        const error = await rejection(service.open());
        expect(error).toEqual(jasmine.objectContaining({ code }));
        expect(String(error)).not.toContain('token-1');
        expect(windows[0].visited).toEqual([]);
        expect(windows[0].closed).toBeTrue();

        backend.overrides = {};
        await service.open();
        expect(windows[1].visited).toEqual([ACCESS_URL.replace('token-1', 'token-2')]);
      });
    }

    it('may be on the site’s custom domain', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const domain = 'https://billing.example.com';
      const { service, backend } = setup({ script: 'missing', config: { domain } });
      backend.overrides = { accessUrl: `${domain}/portal/access/token-1` };
      await service.open();
      expect(windows[0].visited).toEqual([`${domain}/portal/access/token-1`]);
    });
  });

  it('navigates the page to the access URL with enableRedirectMode when the script is blocked', async () => {
    const { windows } = fakeBrowser();
    const [page] = location.href.split('#');
    const config = { enableRedirectMode: true, domain: location.origin };
    const { service, backend } = setup({ script: 'missing', config });
    backend.overrides = { accessUrl: `${page}#portal` };
    const navigated = new Promise((resolve) => {
      window.addEventListener('hashchange', resolve, { once: true });
    });
    await service.open();
    await navigated;
    expect(location.hash).toBe('#portal');
    expect(service.isOpen()).toBeTrue();
    expect(windows).toEqual([]);
    history.replaceState(null, '', page);
  });

  it('opens nothing after the app was destroyed', async () => {
    const { windows } = fakeBrowser();
    const uncaught = jasmine.createSpy();
    addEventListener('unhandledrejection', uncaught);
    const chargebee = new FakeChargebee();
    const { service } = setup({
      script: 'missing',
      scriptUrl: scriptThatInstalls(chargebee),
      features: [withIdentity(() => inject(USER))],
      providers: [{ provide: USER, useValue: 'user-1' }],
    });
    const opening = service.open();
    TestBed.resetTestingModule();
    await opening;
    await service.preload();
    await nextTask();
    removeEventListener('unhandledrejection', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
    expect(chargebee.inits).toEqual([]);
    expect(windows).toEqual([]);
  });

  describe('works after other code has thrown', () => {
    for (const userAgent of [undefined, PHONE]) {
      it(`in window.open, ${userAgent ? 'within the click' : 'when the script has failed'}`, async () => {
        const browser = fakeBrowser({ userAgent });
        const cause = new Error('of an extension');
        const reported = spyOn(window, 'reportError');
        const { service } = setup({ script: 'missing' });
        browser.failure = cause;
        expect(await rejection(service.open())).toEqual(
          jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
        );
        expect(reported).toHaveBeenCalledOnceWith(cause);
        expect(service.status()).toBe('idle');
        browser.failure = undefined;
        await service.open();
        expect(browser.windows[0].visited).toEqual([ACCESS_URL]);
      });
    }

    it('in closeAll()', async () => {
      const reported = spyOn(window, 'reportError');
      const { service, instance, backend } = await opened();
      const error = new Error('torn down');
      spyOn(instance, 'closeAll').and.throwError(error);
      service.close();
      expect(reported).toHaveBeenCalledOnceWith(error);
      expect(service.status()).toBe('idle');
      FakeChargebee.uninstall();
      new FakeChargebee().install();
      await service.open();
      expect(service.isOpen()).toBeTrue();
      expect(backend.sessions.length).toBe(2);
    });

    it('in logout(), and the backend ends the sessions all the same', async () => {
      const reported = spyOn(window, 'reportError');
      fakeBrowser({ userAgent: PHONE });
      const { service, chargebee, backend } = setup({ script: 'missing' });
      await service.open();
      service.close();
      chargebee.install();
      await service.managePaymentSources();
      service.close();
      chargebee.getInstance().setPortalSession(() => Promise.resolve({ token: 'of other code' }));
      const error = new Error('torn down');
      spyOn(chargebee.getInstance(), 'logout').and.throwError(error);
      await service.logout();
      expect(reported).toHaveBeenCalledOnceWith(error);
      expect(backend.logouts).toEqual(['portal_1']);
    });

    it('in a polyfill of BroadcastChannel', async () => {
      const reported = spyOn(window, 'reportError');
      spyOn(BroadcastChannel.prototype, 'postMessage').and.throwError('no storage');
      spyOn(BroadcastChannel.prototype, 'close').and.throwError('no storage');
      const { service } = await opened();
      expect(service.isOpen()).toBeTrue();
      await service.logout();
      expect(service.status()).toBe('idle');
      await service.open();
      expect(service.isOpen()).toBeTrue();
      expect(reported).toHaveBeenCalled();
    });

    async function opened() {
      const setUp = setup();
      await setUp.service.open();
      return { service: setUp.service, instance: setUp.instance, backend: setUp.backend };
    }
  });

  const wrappers: Record<string, (opened: object) => unknown> = {
    'an empty object': () => ({}),
    'a promise': (opened) => Promise.resolve(opened),
    nothing: () => undefined,
    'a proxy whose members throw': (opened) => new Proxy(opened, {}),
    'nothing, since it throws': () => {
      throw new Error('of an extension');
    },
  };
  for (const [what, wrap] of Object.entries(wrappers)) {
    for (const script of ['missing', 'window'] as const) {
      it(`opens an iframe if other code has replaced window.open by a function that returns ${what}, script: ${script}`, async () => {
        spyOn(window, 'reportError');
        const browser = fakeBrowser({ userAgent: PHONE });
        const setActive = (isActive: boolean) =>
          Object.assign(navigator.userActivation, { isActive });
        browser.wrap = (opened) => {
          setActive(false); // The window was opened.
          return wrap(opened);
        };
        const { service, chargebee } = setup({ script });
        for (let click = 1; click <= 2; click++) {
          setActive(true);
          expect(await rejection(service.open())).toEqual(
            jasmine.objectContaining({ code: 'POPUP_BLOCKED' }),
          );
          expect(service.status()).toBe('idle');
        }
        chargebee.install();
        await service.open();
        expect(service.isOpen()).toBeTrue();
        expect(chargebee.inits.at(-1)).toEqual(jasmine.objectContaining({ iframeOnly: true }));
      });
    }
  }

  it('opens the window within a proxy that other code returns from window.open', async () => {
    const browser = fakeBrowser({ userAgent: PHONE });
    browser.wrap = (opened) =>
      new Proxy(opened, { get: (target, name: keyof FakeWindow) => target[name] });
    const { service, chargebee } = setup({ script: 'window' });
    await service.open();
    expect(chargebee.getInstance().page?.window as unknown).toBe(browser.windows[0]);
    service.close();
    expect(browser.windows[0].closed).toBeTrue();
  });

  it('opens although other code has made window.open read-only', async () => {
    const define = (writable: boolean) =>
      Object.defineProperty(window, 'open', { writable, configurable: true });
    define(false);
    try {
      const { service } = setup();
      await service.open();
      expect(service.isOpen()).toBeTrue();
    } finally {
      define(true);
    }
  });

  for (const [script, name] of [
    ['missing', 'without the script'],
    ['window', 'with it'],
  ] as const) {
    it(`opens no window if requesting the session has signed the user out, ${name}`, async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      const user = signal<string | undefined>('user-1');
      const { service, backend } = setup({ script, features: [withIdentity(() => user)] });
      const createSession = backend.createSession.bind(backend);
      spyOn(backend, 'createSession').and.callFake((request) => {
        user.set(undefined);
        return createSession(request);
      });
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }),
      );
      expect(browser.windows).toEqual([]);
    });
  }

  it('opens nothing if an effect of the application closes the portal as soon as it is opening', async () => {
    /** Detects changes at the end of each call from outside the zone, as Angular's zone does. */
    class DetectingZone extends FakeZone {
      override run<T>(task: () => T): T {
        const wasIn = this.isIn;
        const result = super.run(task);
        if (!wasIn && !isDetecting) {
          isDetecting = true;
          TestBed.tick();
          isDetecting = false;
        }
        return result;
      }
    }
    let isDetecting = false;
    const browser = fakeBrowser({ userAgent: PHONE });
    const { service } = setup({
      script: 'missing',
      providers: [{ provide: NgZone, useFactory: () => new DetectingZone() }],
    });
    TestBed.runInInjectionContext(() => {
      effect(() => {
        if (service.status() === 'opening') service.close();
      });
    });
    TestBed.tick();
    await service.open();
    expect(browser.windows).toEqual([]);
  });

  it('rejects preload() when the script is missing', async () => {
    const { service } = setup({ script: 'missing', scriptUrl: brokenScript() });
    expect(await rejection(service.preload())).toEqual(
      jasmine.objectContaining({ code: 'SCRIPT_UNAVAILABLE' }),
    );
  });
});
