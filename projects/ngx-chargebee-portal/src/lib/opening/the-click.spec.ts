import { fakeBrowser, PHONE, passBlockingTime } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import {
  appendedScripts,
  brokenScript,
  flushPromises,
  nextTask,
  rejection,
  scriptThatInstalls,
  setup,
  until,
} from '../../../test/setup';
import { PortalError } from '../portal/portal-error';

const WEBKIT = 'Apple Computer, Inc.';
const realSetTimeout = setTimeout;

const SECTION = { section: 'EDIT_SUBSCRIPTION', params: { subscriptionId: 'sub 1' } } as const;
const PERMALINK =
  'https://acme-test.chargebeeportal.com/portal/permalink/subscriptions/sub%201/edit';

describe('A click while something hangs or is blocked', () => {
  afterEach(() => FakeChargebee.uninstall());

  describe('while the script does not finish loading', () => {
    beforeEach(() => jasmine.clock().install().mockDate());
    afterEach(() => jasmine.clock().uninstall());

    it('opens a window after four seconds, and the next click at once', async () => {
      const { windows } = fakeBrowser();
      spyOn(document.head, 'append'); // The element never loads or fails.
      let now = 0;
      spyOn(performance, 'now').and.callFake(() => now);
      const { service } = setup({ script: 'missing' });
      const opening = service.open();
      await flushPromises();
      jasmine.clock().tick(3_900);
      await flushPromises();
      expect(windows.length).toBe(0);
      jasmine.clock().tick(100);
      now = 4_001;
      await opening;
      expect(windows.length).toBe(1);

      service.close();
      void service.open();
      expect(windows.length).toBe(2);
    });

    it('opens a window within a second in WebKit, which blocks later ones', async () => {
      const { windows } = fakeBrowser({ vendor: WEBKIT });
      spyOn(document.head, 'append');
      const { service } = setup({ script: 'missing' });
      const opening = service.open();
      await flushPromises();
      jasmine.clock().tick(799);
      await flushPromises();
      expect(windows.length).toBe(0);
      jasmine.clock().tick(1);
      await opening;
      expect(windows.length).toBe(1);
    });
  });

  it('opens the window in WebKit from a timer, not from the error event of the script', async () => {
    const { windows } = fakeBrowser({ vendor: WEBKIT });
    const warning = spyOn(console, 'warn');
    const append = spyOn(document.head, 'append').and.callThrough();
    const scriptUrl = brokenScript();
    const { service } = setup({ script: 'missing', scriptUrl });
    /** Waits in real time for an attempt to load the script, and for its failure, which removes the element. */
    const attemptFails = (attempt: number) =>
      until(() => {
        const scripts = appendedScripts(append, scriptUrl);
        return scripts.length === attempt && !scripts.at(-1)?.isConnected;
      }, realSetTimeout);
    jasmine.clock().install().mockDate();
    try {
      const opening = service.open();
      for (let attempt = 1; attempt < 3; attempt++) {
        await attemptFails(attempt);
        jasmine.clock().tick(300); // The library waits before it tries again.
      }
      await attemptFails(3);
      expect(warning).toHaveBeenCalled();
      await flushPromises();
      expect(windows.length).toBe(0);
      jasmine.clock().tick(800);
      await opening;
      expect(windows.length).toBe(1);
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('does not wait for a script element of other code that has failed before', async () => {
    fakeBrowser();
    const chargebee = new FakeChargebee();
    const scriptUrl = scriptThatInstalls(chargebee);
    const theirs = document.createElement('script');
    theirs.type = 'text/plain'; // The element never loads or fails.
    theirs.src = scriptUrl;
    document.head.append(theirs);
    const { service } = setup({ script: 'missing', scriptUrl });
    await service.open();
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
    expect(theirs.isConnected).toBeFalse();
  });

  it('notices the closed modal although chargebee.js emits no event', async () => {
    const setUp = setup();
    setUp.chargebee.init({ site: 'acme-test' }).silent = true;
    const opening = setUp.service.open();
    await nextTask();
    setUp.instance.closeSilently();
    await opening;
    expect(setUp.service.status()).toBe('idle');
    expect(setUp.events).toEqual([{ type: 'close' }]);
  });

  it('treats a hidden modal as closed after the portal was shown', async () => {
    const setUp = setup();
    await setUp.service.open();
    document.getElementById('cb-frame')!.style.display = 'none';
    await until(() => setUp.service.status() === 'idle');
    expect(setUp.events.at(-1)).toEqual({ type: 'close' });
  });

  for (const [where, path] of [
    ['the path', '/another-page'],
    ['the fragment', '#/another-page'],
  ]) {
    it(`closes the modal when the app navigates to another page, by ${where}`, async () => {
      const before = location.href;
      const setUp = setup();
      try {
        await setUp.service.open();
        history.pushState(null, '', '?only=the-query');
        await new Promise((resolve) => setTimeout(resolve, 600));
        expect(setUp.service.isOpen()).toBeTrue();
        history.pushState(null, '', path);
        await until(() => setUp.service.status() === 'idle');
        expect(setUp.instance.page).toBeUndefined();
      } finally {
        history.replaceState(null, '', before);
      }
    });
  }

  for (const path of ['/account', '#/account']) {
    it(`keeps the modal when a menu in another outlet is closed by the click, or a matrix parameter changes (${path})`, async () => {
      const before = location.href;
      const setUp = setup();
      try {
        history.pushState(null, '', `${path}(popup:menu)`);
        await setUp.service.open();
        history.pushState(null, '', `${path};tab=2`);
        await new Promise((resolve) => setTimeout(resolve, 600));
        expect(setUp.service.isOpen()).toBeTrue();
        history.pushState(null, '', `${path}/other`);
        await until(() => setUp.service.status() === 'idle');
      } finally {
        history.replaceState(null, '', before);
      }
    });
  }

  it('closes the portal when the browser restores the page from its back/forward cache', async () => {
    const setUp = setup({ config: { enableRedirectMode: true } });
    await setUp.service.open();
    await nextTask();
    expect(setUp.service.isOpen()).toBeTrue();
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    expect(setUp.service.isOpen()).toBeTrue();
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    expect(setUp.service.status()).toBe('idle');
    expect(setUp.events.at(-1)).toEqual({ type: 'close' });
    await setUp.service.open();
    await nextTask();
    expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
  });

  describe('when the page is left, as for the sign-in page of another site', () => {
    const leavePage = () =>
      window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }));

    for (const script of ['window', 'missing'] as const) {
      it(`closes a window that waits for its session (script: ${script})`, async () => {
        const { windows } = fakeBrowser({ userAgent: PHONE });
        const { service, backend } = setup({ script });
        backend.hold();
        const opening = service.open();
        await nextTask();
        expect(windows.map(({ closed }) => closed)).toEqual([false]);
        leavePage();
        expect(windows.map(({ closed }) => closed)).toEqual([true]);
        expect(service.status()).toBe('idle');
        await opening;
      });

      it(`leaves a window with a portal open (script: ${script})`, async () => {
        const { windows } = fakeBrowser({ userAgent: PHONE });
        const { service } = setup({ script });
        await service.open();
        leavePage();
        expect(windows.map(({ closed }) => closed)).toEqual([false]);
        expect(service.isOpen()).toBeTrue();
      });
    }
  });

  describe('while windows are blocked', () => {
    const blocked = jasmine.objectContaining({ code: 'POPUP_BLOCKED' });

    it('shows an iframe after two blocked windows', async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      browser.blocking = true;
      const { service, chargebee } = setup({ script: 'window' });
      expect(await rejection(service.open())).toEqual(blocked);
      expect(await rejection(service.open())).toEqual(blocked);
      await service.open();
      expect(service.isOpen()).toBeTrue();
      expect(chargebee.getInstance().page?.frame).toBeDefined();
      service.close();
      await service.open();
      expect(chargebee.inits.length).toBe(2);
    });

    it('fails with SCRIPT_UNAVAILABLE after two blocked windows if the script is missing too', async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      browser.blocking = true;
      const { service } = setup({ script: 'missing' });
      expect(await rejection(service.open())).toEqual(blocked);
      expect(await rejection(service.open())).toEqual(blocked);
      for (let turn = 0; turn < 2; turn++) {
        expect(await rejection(service.open())).toEqual(
          jasmine.objectContaining({ code: 'SCRIPT_UNAVAILABLE' }),
        );
      }
      browser.blocking = false; // The user has allowed windows.
      await service.open();
      expect(service.isOpen()).toBeTrue();
      await rejection(service.preload()); // Waits for the last retry, so that none runs in the next spec.
    });

    for (const script of ['window', 'missing'] as const) {
      it(`fails when an extension of the browser closes the window, script: ${script}`, async () => {
        const { windows } = fakeBrowser({ userAgent: PHONE });
        const { service, backend } = setup({ script });
        backend.hold();
        const failure = rejection(service.open());
        windows[0].closed = true;
        expect(await failure).toEqual(blocked);
        expect(service.status()).toBe('idle');
        backend.release();
        await service.open();
        expect(backend.sessions.length).toBe(1);
      });

      it(`reports a window with the portal that an extension closes, script: ${script}`, async () => {
        const { windows } = fakeBrowser({ userAgent: PHONE });
        const { service } = setup({ script });
        const onError = jasmine.createSpy('onError');
        await service.open({ onError });
        windows[0].closed = true;
        await until(() => !service.isOpen());
        expect(onError).toHaveBeenCalledOnceWith(blocked);
      });
    }

    it('shows an iframe after an extension has closed two windows', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend, chargebee } = setup({ script: 'window' });
      backend.hold();
      for (const turn of [0, 1]) {
        const failure = rejection(service.open());
        windows[turn].closed = true;
        expect(await failure).toEqual(blocked);
      }
      backend.release();
      await service.open();
      expect(windows.length).toBe(2);
      expect(chargebee.getInstance().page?.frame).toBeDefined();
    });

    it('counts from the start after a window that the user has closed', async () => {
      const browser = fakeBrowser({ userAgent: PHONE });
      const { service, chargebee } = setup({ script: 'window' });
      const open = (blocking: boolean): Promise<void> => {
        browser.blocking = blocking;
        return service.open();
      };
      expect(await rejection(open(true))).toEqual(blocked);
      await open(false);
      passBlockingTime();
      browser.windows[0].closed = true;
      await until(() => !service.isOpen());
      expect(await rejection(open(true))).toEqual(blocked);
      await open(false);
      expect(browser.windows.length).toBe(2);
      expect(chargebee.inits.length).toBe(1);
    });

    it('does not count windows that were blocked because there was no click', async () => {
      fakeBrowser({ userAgent: PHONE, active: false });
      const { service, chargebee } = setup({ script: 'window' });
      for (let turn = 0; turn < 3; turn++) {
        expect(await rejection(service.open())).toEqual(blocked);
      }
      expect(chargebee.inits.length).toBe(1);
    });
  });

  for (const script of ['window', 'missing'] as const) {
    it(`opens again right after its window was closed, script: ${script}`, async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script });
      backend.hold();
      service.events.subscribe(() => backend.release()); // When the first window is closed.
      const opening = service.open();
      passBlockingTime();
      void service.open();
      windows[0].closed = true; // A busy browser reports it only after the click that follows.
      await opening;
      expect(windows.length).toBe(2);
      expect(service.isOpen()).toBeTrue();
    });

    it(`opens once at a double click, script: ${script}`, async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service } = setup({ script });
      const first = service.open();
      windows[0].focused = 0;
      await Promise.all([first, service.open()]);
      expect(windows.length).toBe(1);
      expect(windows[0].focused).withContext('brought to the front').toBe(1);
      expect(service.isOpen()).toBeTrue();
    });

    it(`does not open again when the application has closed it, script: ${script}`, async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script });
      backend.hold();
      const openings = [service.open(), service.open()];
      service.close();
      await Promise.all(openings);
      expect(windows.length).toBe(1);
      expect(service.status()).toBe('idle');
    });
  }

  it('opens a window that shows a waiting text', async () => {
    const { windows } = fakeBrowser({ userAgent: PHONE });
    const { service, backend } = setup({ script: 'missing' });
    backend.hold();
    void service.open();
    expect(windows[0].document.title).toBe(document.title);
    expect(windows[0].document.querySelector('[role=status]')?.textContent).toContain('Opening');
    backend.release();
    await nextTask();
  });

  describe('on a section, without the script', () => {
    beforeEach(() => fakeBrowser({ userAgent: PHONE }));

    it('requests a session that forwards to the permalink', async () => {
      const { service, backend } = setup({ script: 'missing' });
      await service.open(SECTION);
      expect(backend.sessions.map(({ forwardUrl }) => forwardUrl)).toEqual([PERMALINK]);
    });

    it('does not use a session that forwards to another page', async () => {
      const { service, backend } = setup({ script: 'missing' });
      await service.prefetchSession();
      await service.open(SECTION);
      expect(backend.sessions.map(({ forwardUrl }) => forwardUrl)).toEqual([undefined, PERMALINK]);
    });

    it('opens the home page when the backend refuses the permalink', async () => {
      const { service, backend } = setup({ script: 'missing' });
      const original = backend.createSession.bind(backend);
      spyOn(backend, 'createSession').and.callFake((request) =>
        request.forwardUrl
          ? Promise.reject(
              new PortalError('BAD_USER_INPUT', 'Not allowed.', { argument: 'input.forwardUrl' }),
            )
          : original(request),
      );
      await service.open(SECTION);
      expect(service.isOpen()).toBeTrue();
    });
  });

  it('requests no permalink if chargebee.js shows the section', async () => {
    const { service, backend } = setup();
    await service.open(SECTION);
    expect(backend.sessions[0].forwardUrl).toBeUndefined();
  });

  describe('in a browser that blocks the login within an iframe', () => {
    beforeEach(() => spyOn(console, 'warn'));

    /** Opens and closes a modal that loads a page after the login, but does not report `loaded`. */
    async function openWithLostLogin(setUp: ReturnType<typeof setup>): Promise<void> {
      setUp.chargebee.init({ site: 'acme-test' }).silent = true;
      const opening = setUp.service.open();
      await until(() => setUp.instance.authenticated);
      document.getElementById('cb-frame')!.dispatchEvent(new Event('load'));
      setUp.instance.close();
      await opening;
    }

    it('opens a window at the next click, also after a reload', async () => {
      const { windows } = fakeBrowser();
      const setUp = setup();
      await openWithLostLogin(setUp);
      expect(console.warn).toHaveBeenCalledOnceWith(jasmine.stringMatching('allow-listed'));
      await setUp.service.open();
      expect(windows.length).toBe(1);
      expect(windows[0].visited).toEqual([jasmine.stringMatching('token-2')]);
      expect(sessionStorage.length).toBe(1);
    });

    /** Opens a modal in which the browser refuses Chargebee's page, and lets some time pass. */
    function openRefusedModal(setUp: ReturnType<typeof setup>, elapsedMs: number): void {
      let now = 1_000;
      spyOn(performance, 'now').and.callFake(() => now);
      setUp.chargebee.init({ site: 'acme-test' }).refused = true;
      void setUp.service.open();
      document.getElementById('cb-frame')!.dispatchEvent(new Event('load'));
      now += elapsedMs;
    }

    it('opens a window after the browser has refused the portal in an iframe', async () => {
      const { windows } = fakeBrowser();
      const setUp = setup();
      openRefusedModal(setUp, 3_001);
      setUp.instance.close();
      expect(console.warn).toHaveBeenCalledOnceWith(jasmine.stringMatching('frame-src'));
      await setUp.service.open();
      expect(windows[0].visited).toEqual([jasmine.stringMatching('token-1')]);
    });

    it('shows the modal again if it was closed before it could request the session', () => {
      const { windows } = fakeBrowser();
      const setUp = setup();
      openRefusedModal(setUp, 2_999);
      setUp.instance.close();
      void setUp.service.open();
      expect(windows).toEqual([]);
    });

    it('shows the modal again if it was waiting for the session', async () => {
      const { windows } = fakeBrowser();
      const setUp = setup();
      setUp.backend.hold();
      openRefusedModal(setUp, 0);
      setUp.instance.close();
      setUp.instance.refused = false;
      void setUp.service.open();
      await nextTask();
      document.getElementById('cb-frame')!.dispatchEvent(new Event('load'));
      (performance.now as jasmine.Spy).and.returnValue(60_000);
      setUp.instance.close();
      void setUp.service.open();
      expect(windows).toEqual([]);
    });

    it('shows the modal again if the application has closed it', () => {
      const { windows } = fakeBrowser();
      const setUp = setup();
      openRefusedModal(setUp, 3_001);
      const { callbacks } = setUp.instance.page!;
      setUp.service.close();
      callbacks['close']?.(); // chargebee.js reports it.
      void setUp.service.open();
      expect(windows).toEqual([]);
    });

    it('shows the modal again if page and Chargebee are on the same host', async () => {
      const { windows } = fakeBrowser();
      const setUp = setup({ config: { domain: `http://${location.hostname}:4010` } });
      await openWithLostLogin(setUp);
      void setUp.service.open();
      expect(windows).toEqual([]);
      expect(setUp.instance.page?.kind).toBe('portal');
    });

    it('shows the modal again if the user has closed it before the portal had loaded', async () => {
      const { windows } = fakeBrowser();
      const setUp = setup();
      setUp.chargebee.init({ site: 'acme-test' }).silent = true;
      void setUp.service.open();
      await until(() => setUp.instance.authenticated);
      setUp.instance.close();
      void setUp.service.open();
      expect(windows).toEqual([]);
    });
  });
});
