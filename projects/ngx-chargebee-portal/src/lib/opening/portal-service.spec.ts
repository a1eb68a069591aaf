import { inject, NgZone, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { fakeBrowser, PHONE } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { FakeZone } from '../../../test/fake-zone';
import { flushPromises, nextTask, onServer, rejection, setup } from '../../../test/setup';
import { withIdentity } from '../setup/with-identity';
import { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import { PORTAL_SECTIONS, type PortalSection } from '../portal/portal-sections';
import type { PortalOpenOptions } from '../portal/portal-options';

describe('ChargebeePortalService', () => {
  afterEach(() => FakeChargebee.uninstall());

  it('opens the portal with a session of the backend', async () => {
    const { service, backend, chargebee, events } = setup();
    await service.open();
    expect(chargebee.inits).toEqual([jasmine.objectContaining({ site: 'acme-test' })]);
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
    expect(backend.sessions.length).toBe(1);
    expect(events).toEqual([{ type: 'loaded' }]);
  });

  it('calls chargebee.js synchronously if it is loaded', () => {
    const { service, chargebee } = setup();
    void service.open();
    expect(chargebee.instance?.calls).toContain('open');
  });

  it('passes the configuration to chargebee.js', async () => {
    const config = {
      domain: 'https://billing.example.com',
      locale: 'fr',
      businessEntityId: 'acme-fr',
      iframeOnly: true,
    };
    const { service, chargebee } = setup({ config });
    await service.open();
    expect(chargebee.inits).toEqual([jasmine.objectContaining({ site: 'acme-test', ...config })]);
  });

  it('reports its status by signals', async () => {
    const setUp = setup();
    const { service } = setUp;
    expect(service.status()).toBe('idle');
    const opening = service.open();
    expect(service.status()).toBe('opening');
    await opening;
    expect(service.status()).toBe('open');
    expect(service.isOpen()).toBeTrue();
    setUp.instance.close();
    expect(service.status()).toBe('idle');
    expect(service.isOpen()).toBeFalse();
  });

  it('emits every callback as a typed event, to the opener and to `events`', async () => {
    const setUp = setup();
    const received: PortalEvent[] = [];
    await setUp.service.open({ onEvent: (event) => received.push(event) });
    const { instance } = setUp;
    instance.emit('visit', 'sub_details');
    instance.emit('paymentSourceAdd', 'success');
    instance.emit('paymentSourceUpdate', 'error');
    instance.emit('paymentSourceRemove');
    const subscription = { id: 'sub-1' };
    const types = [
      'subscriptionChanged',
      'subscriptionCustomFieldsChanged',
      'subscriptionCancelled',
      'subscriptionResumed',
      'subscriptionPaused',
      'scheduledPauseRemoved',
      'scheduledCancellationRemoved',
      'subscriptionReactivated',
      'subscriptionExtended',
    ] as const;
    for (const type of types) instance.emit(type, { subscription });
    instance.close();
    const expected: PortalEvent[] = [
      { type: 'loaded' },
      { type: 'visit', sectionType: 'sub_details' },
      { type: 'paymentSourceAdd', status: 'success' },
      { type: 'paymentSourceUpdate', status: 'error' },
      { type: 'paymentSourceRemove' },
      ...types.map((type) => ({ type, subscription })),
      { type: 'close' },
    ];
    expect(received).toEqual(expected);
    expect(setUp.events).toEqual(expected);
  });

  it('emits each event once if chargebee.js calls both sets of callbacks', async () => {
    const setUp = setup();
    await setUp.service.open();
    setUp.instance.close();
    setUp.instance.callsBoth = true;
    setUp.events.length = 0;
    await setUp.service.open();
    setUp.instance.emit('visit', 'sub_details');
    expect(setUp.events.map(({ type }) => type)).toEqual(['loaded', 'visit']);
  });

  it('receives its callbacks although other code has set its own', async () => {
    const setUp = setup();
    const theirs = jasmine.createSpy('their loaded');
    setUp.chargebee.init({ site: 'acme-test' }).setPortalCallbacks({ loaded: theirs });
    await setUp.service.open();
    expect(setUp.events).toEqual([{ type: 'loaded' }]);
    expect(theirs).not.toHaveBeenCalled();
  });

  describe('sections', () => {
    const params = { subscriptionId: 'sub-1', paymentSourceId: 'pm-1' };
    const alone = [
      'SUBSCRIPTION_DETAILS',
      'ACCOUNT_DETAILS',
      'ADDRESS',
      'BILLING_HISTORY',
      'PAYMENT_SOURCES',
    ];

    for (const section of Object.keys(PORTAL_SECTIONS) as PortalSection[]) {
      const kind = alone.includes(section) ? 'section' : 'portal';
      it(`shows ${section} ${kind === 'section' ? 'alone' : 'in the whole portal'}`, async () => {
        const setUp = setup();
        await setUp.service.open({ section, params });
        expect(setUp.instance.page).toEqual(
          jasmine.objectContaining({
            kind,
            forward: { sectionType: PORTAL_SECTIONS[section], params },
          }),
        );
      });
    }

    for (const [argument, sections] of [
      [
        'subscriptionId',
        [
          'SUBSCRIPTION_DETAILS',
          'SUBSCRIPTION_CANCELLATION',
          'EDIT_SUBSCRIPTION',
          'VIEW_SCHEDULED_CHANGES',
          'EDIT_SUBSCRIPTION_CUSTOM_FIELDS',
          'CHOOSE_PAYMENT_METHOD_FOR_SUBSCRIPTION',
        ],
      ],
      ['paymentSourceId', ['EDIT_PAYMENT_SOURCE', 'VIEW_PAYMENT_SOURCE']],
    ] as const) {
      it(`require ${argument} if they show one, and only then`, async () => {
        const { service } = setup();
        const needing: string[] = [];
        for (const section of Object.keys(PORTAL_SECTIONS)) {
          const options = { section, params: { ...params, [argument]: undefined } };
          await service.open(options as PortalOpenOptions).catch((error: PortalError) => {
            if (error.argument === argument) needing.push(section);
          });
        }
        expect(needing).toEqual([...sections]);
      });
    }

    it('reject a missing subscription, and name the parameter', async () => {
      const { service, backend } = setup();
      const options = { section: 'EDIT_SUBSCRIPTION', params: {} } as unknown as PortalOpenOptions;
      const error = await rejection(service.open(options));
      expect(error).toEqual(
        jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'subscriptionId' }),
      );
      expect(service.error()).toBe(error as PortalError);
      expect(backend.sessions).toEqual([]);
    });

    it('reject a missing payment source, and name the parameter', async () => {
      const { service } = setup();
      const options = { section: 'VIEW_PAYMENT_SOURCE' } as unknown as PortalOpenOptions;
      expect(await rejection(service.open(options))).toEqual(
        jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'paymentSourceId' }),
      );
    });
  });

  it('sets the locale of the options', async () => {
    const setUp = setup();
    await setUp.service.open({ locale: 'de' });
    expect(setUp.instance.locales).toEqual(['de']);
  });

  it('sets the configured language after another one', async () => {
    const { service, chargebee } = setup({ config: { locale: 'fr' } });
    const others = chargebee.init({ site: 'acme-test' });
    await service.open();
    service.close();
    await service.open({ locale: 'de' });
    service.close();
    await service.open();
    expect(others.locales).toEqual(['fr', 'de', 'fr']);
  });

  describe('a second call', () => {
    it('returns the promise of the opening that is in progress', async () => {
      const { service, backend } = setup();
      const first = service.open();
      const second = service.open();
      expect(second).toBe(first);
      await first;
      expect(backend.sessions.length).toBe(1);
    });

    it('replaces the open portal', async () => {
      const setUp = setup();
      await setUp.service.open();
      await setUp.service.open({ section: 'PAYMENT_SOURCES' });
      expect(setUp.events.map(({ type }) => type)).toEqual(['loaded', 'close', 'loaded']);
      expect(setUp.instance.page?.kind).toBe('section');
      expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
    });
  });

  describe('when the backend fails', () => {
    it('rejects, sets `error`, and can open again', async () => {
      const setUp = setup();
      const { service, backend } = setUp;
      const failure = new PortalError('CUSTOMER_NOT_FOUND', 'No customer yet.');
      backend.failure = failure;
      expect(await rejection(service.open())).toBe(failure);
      expect(service.error()).toBe(failure);
      expect(service.status()).toBe('idle');
      expect(setUp.instance.busy).toBeFalse();
      backend.failure = undefined;
      await service.open();
      expect(service.error()).toBeUndefined();
      expect(setUp.instance.tokens).toEqual(['token-2']);
    });

    it('converts any error to a PortalError', async () => {
      const { service, backend } = setup();
      backend.failure = new Error('no connection');
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'UNKNOWN', cause: backend.failure }),
      );
    });

    it('rejects an answer that is not a session', async () => {
      const { service, backend } = setup();
      backend.overrides = { token: '' };
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'INVALID_RESPONSE' }),
      );
    });

    it('rejects a session of another customer than requested', async () => {
      const setUp = setup();
      setUp.backend.overrides = { customerId: 'somebody-else' };
      expect(await rejection(setUp.service.open({ customerId: 'customer-1' }))).toEqual(
        jasmine.objectContaining({ code: 'INVALID_RESPONSE' }),
      );
      expect(setUp.instance.tokens).toEqual([]);
    });
  });

  describe('when chargebee.js fails', () => {
    it('reports the error that it threw, and can open again', async () => {
      const { service, chargebee } = setup();
      const cause = new Error('trouble');
      chargebee.init({ site: 'acme-test' }).throwNext = cause;
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'PORTAL_FAILED', cause }),
      );
      await service.open();
      expect(service.isOpen()).toBeTrue();
    });

    it('reports a failure while the portal is open', async () => {
      const setUp = setup();
      const errors: PortalError[] = [];
      await setUp.service.open({ onError: (error) => errors.push(error) });
      setUp.instance.emit('error', new Error('trouble'));
      await nextTask();
      expect(errors.map(({ code }) => code)).toEqual(['PORTAL_FAILED']);
      expect(setUp.service.error()).toBe(errors[0]);
      expect(setUp.service.status()).toBe('idle');
    });

    it('opens although other code has left it busy', async () => {
      const setUp = setup();
      setUp.chargebee.init({ site: 'acme-test' }).busy = true;
      await setUp.service.open();
      expect(setUp.instance.page?.kind).toBe('portal');
    });
  });

  describe('an instance that other code has created', () => {
    it('is used if it is for the same site, and logged out first', async () => {
      const { service, chargebee } = setup();
      const theirs = chargebee.init({ site: 'acme-test' });
      theirs.authenticated = true;
      await service.open();
      expect(chargebee.inits.length).toBe(1);
      expect(theirs.calls.slice(0, 3)).toEqual(['closeAll', 'logout', 'open']);
      expect(theirs.tokens).toEqual(['token-1']);
    });

    it('fails with SITE_CONFLICT if it is for another site', async () => {
      const { service, chargebee } = setup();
      chargebee.init({ site: 'other-site' });
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'SITE_CONFLICT' }),
      );
    });

    it('is used after the previous one was torn down', async () => {
      const setUp = setup();
      await setUp.service.open();
      setUp.instance.close();
      setUp.chargebee.tearDown();
      await setUp.service.open();
      expect(setUp.chargebee.inits.length).toBe(2);
      expect(setUp.instance.tokens).toEqual(['token-2']);
    });

    it('gets no session if that code opens the portal without one', async () => {
      const setUp = setup();
      await setUp.service.open();
      const { instance } = setUp;
      instance.close();
      instance.authenticated = false;
      instance.openByOther();
      await nextTask();
      expect(instance.tokens).toEqual(['token-1']);
      expect(setUp.service.status()).toBe('idle');
    });
  });

  describe('close', () => {
    it('closes the portal, and emits `close` once', async () => {
      const setUp = setup();
      await setUp.service.open();
      setUp.service.close();
      setUp.service.close();
      expect(setUp.instance.page).toBeUndefined();
      expect(setUp.events).toEqual([{ type: 'loaded' }, { type: 'close' }]);
    });

    it('ends an opening without a failure, and keeps its session for the next', async () => {
      const setUp = setup();
      const { service, backend } = setUp;
      backend.hold();
      const opening = service.open();
      await nextTask();
      service.close();
      await opening;
      expect(service.status()).toBe('idle');
      backend.release();
      await nextTask();
      await service.open();
      expect(backend.sessions.length).toBe(1);
      expect(setUp.instance.tokens).toEqual(['token-1']);
    });
  });

  describe('a callback of the application', () => {
    it('may throw, which is reported and has no other effect', async () => {
      const report = spyOn(window, 'reportError');
      const setUp = setup();
      const failure = new Error('the app’s own');
      const onEvent = () => {
        throw failure;
      };
      await setUp.service.open({ onEvent });
      expect(report).toHaveBeenCalledOnceWith(failure);
      expect(setUp.events).toEqual([{ type: 'loaded' }]);
      await setUp.service.open({ section: 'ADDRESS' });
      expect(setUp.instance.page?.kind).toBe('section');
      expect(setUp.events.map(({ type }) => type)).toEqual(['loaded', 'close', 'loaded']);
    });

    it('may open the portal again when it is closed, in one opening', async () => {
      const setUp = setup();
      const { service } = setUp;
      const openings: Promise<void>[] = [];
      await service.open({
        onEvent: ({ type }) => type === 'close' && openings.push(service.open()),
      });
      const second = service.open({ section: 'ADDRESS' });
      expect(openings).toEqual([second]);
      await second;
      expect(setUp.instance.page?.kind).toBe('portal');
      expect(service.status()).toBe('open');
    });

    it('for one customer cannot open that portal in place of another customer’s', async () => {
      const { service, instance, backend } = await opened();
      const failure = rejection(service.open({ customerId: 'cycles' }));
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
      expect(service.error()?.code).toBe('IDENTITY_CHANGED');
      expect(backend.sessions.map(({ customerId }) => customerId)).toEqual(['bakery', 'bakery']);
      instance.close();
      await service.open({ customerId: 'cycles' });
      expect(backend.sessions.at(-1)?.customerId).toBe('cycles');

      /** Opens the portal of a customer, which the application opens once more when it is closed. */
      async function opened() {
        const setUp = setup();
        let closed = 0;
        const open = (): Promise<void> =>
          setUp.service.open({
            customerId: 'bakery',
            onEvent: ({ type }) => {
              if (type === 'close' && !closed++) void open();
            },
          });
        await open();
        return { service: setUp.service, instance: setUp.instance, backend: setUp.backend };
      }
    });

    it('may open the portal again when it has failed', async () => {
      const { service, backend } = setup({ script: 'missing' });
      backend.failure = new PortalError('NETWORK_ERROR');
      await rejection(
        service.open().catch(() => {
          backend.failure = new PortalError('FORBIDDEN');
          return service.open();
        }),
      );
      expect(service.error()?.code).toBe('FORBIDDEN');
      expect(backend.sessions.length).toBe(2);
    });
  });

  it('requests the session while chargebee.js is still loading its page', () => {
    const { service, backend } = setup();
    void service.open();
    expect(backend.sessions.length).toBe(1);
  });

  it('redirects to the front page if the current URL is too long for Chargebee', async () => {
    const before = location.href;
    history.replaceState(null, '', `/${'long/'.repeat(50)}`);
    try {
      const { service, backend } = setup();
      await service.open();
      expect(backend.sessions[0].redirectUrl).toBe(`${location.origin}/`);
    } finally {
      history.replaceState(null, '', before);
    }
  });

  describe('managePaymentSources', () => {
    it('shows the page of the backend, and emits its events', async () => {
      const setUp = setup();
      await setUp.service.managePaymentSources({ customerId: 'customer-1' });
      const { instance, backend } = setUp;
      expect(instance.hostedPages).toEqual([jasmine.objectContaining({ id: 'page_1' })]);
      expect(backend.pages).toEqual([jasmine.objectContaining({ customerId: 'customer-1' })]);
      instance.emit('step', 'update_card');
      instance.emit('success', 'page_1');
      instance.close();
      expect(setUp.events).toEqual([
        { type: 'loaded' },
        { type: 'step', step: 'update_card' },
        { type: 'success', hostedPageId: 'page_1' },
        { type: 'close' },
      ]);
    });

    it('requests a new page each time', async () => {
      const setUp = setup();
      await setUp.service.managePaymentSources();
      setUp.instance.close();
      await setUp.service.managePaymentSources();
      expect(setUp.backend.pages.length).toBe(2);
      expect(setUp.backend.sessions).toEqual([]);
    });

    it('reports a failure of the backend', async () => {
      const { service, backend } = setup();
      backend.failure = new PortalError('RATE_LIMITED', 'Slow down.', { retryAfter: 7 });
      expect(await rejection(service.managePaymentSources())).toEqual(
        jasmine.objectContaining({ code: 'RATE_LIMITED', retryAfter: 7 }),
      );
    });
  });

  it('counts as open after a timeout without any event, and warns', async () => {
    jasmine.clock().install();
    try {
      const warn = spyOn(console, 'warn');
      const { service, chargebee } = setup();
      chargebee.init({ site: 'acme-test' }).silent = true;
      const opening = service.open();
      await flushPromises();
      expect(service.status()).toBe('opening');
      jasmine.clock().tick(20_000);
      await opening;
      expect(service.status()).toBe('open');
      expect(warn.calls.mostRecent().args).toEqual([jasmine.stringMatching('allow-listed')]);

      service.close();
      warn.calls.reset();
      const again = service.open(); // Logged out again, so this opening has its own timeout.
      await flushPromises();
      jasmine.clock().tick(20_000);
      await again;
      expect(service.status()).toBe('open');
      service.close();
      jasmine.clock().tick(60_000);
      expect(warn).toHaveBeenCalledTimes(1);
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('counts as open after that timeout although a sign-in has completed meanwhile', async () => {
    jasmine.clock().install();
    try {
      const warn = spyOn(console, 'warn');
      const user = signal<string | undefined>(undefined);
      const { service, chargebee, backend } = setup({ features: [withIdentity(() => user)] });
      chargebee.init({ site: 'acme-test' }).silent = true;
      backend.hold();
      backend.failure = new PortalError('UNAUTHENTICATED');
      const opening = service.open();
      await flushPromises();
      backend.failure = undefined;
      user.set('user-1');
      TestBed.tick();
      backend.release();
      await flushPromises();
      expect(chargebee.getInstance().tokens).toEqual(['token-2']);
      jasmine.clock().tick(20_000);
      expect(service.status()).toBe('open');
      await opening;
      expect(warn).toHaveBeenCalled();
      service.close();
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('starts that timeout only when the backend has answered', async () => {
    jasmine.clock().install();
    try {
      const { service, backend } = setup();
      backend.hold();
      const opening = service.open();
      await flushPromises();
      jasmine.clock().tick(44_000);
      await flushPromises();
      expect(service.status()).toBe('opening');
      backend.release();
      await flushPromises();
      jasmine.clock().tick(0);
      await opening;
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('does not wait long for the backend on logout', async () => {
    jasmine.clock().install();
    try {
      fakeBrowser({ userAgent: PHONE });
      const { service, backend } = setup({ script: 'missing' });
      await service.open();
      backend.hold();
      const failure = rejection(service.logout());
      await flushPromises();
      jasmine.clock().tick(5_000);
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'NETWORK_ERROR' }));
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('fails when the backend does not answer in time, and sends a new request the next time', async () => {
    jasmine.clock().install();
    try {
      const { service, backend } = setup();
      backend.hold();
      const failure = rejection(service.open());
      await flushPromises();
      jasmine.clock().tick(45_000);
      await flushPromises();
      jasmine.clock().tick(0);
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'NETWORK_ERROR' }));
      void service.open();
      await flushPromises();
      expect(backend.sessions.length).toBe(2);
    } finally {
      jasmine.clock().uninstall();
    }
  });

  describe('in Angular’s zone', () => {
    function setUpZone() {
      const zone = new FakeZone();
      return Object.assign(setup({ providers: [{ provide: NgZone, useValue: zone }] }), { zone });
    }

    it('runs callbacks, and runs chargebee.js outside', async () => {
      const { service, chargebee, zone } = setUpZone();
      const inZone: Record<string, boolean> = {};
      const instance = chargebee.init({ site: 'acme-test' });
      for (const name of ['createChargebeePortal', 'closeAll', 'logout'] as const) {
        const original: () => unknown = instance[name].bind(instance);
        Object.assign(instance, {
          [name]: () => {
            inZone[name] = zone.isIn;
            return original();
          },
        });
      }
      const onEvent = ({ type }: PortalEvent) => (inZone[type] = zone.isIn);
      await zone.run(() => service.open({ onEvent }));
      zone.run(() => service.close());
      await zone.run(() => service.logout());
      expect(inZone).toEqual({
        createChargebeePortal: false,
        closeAll: false,
        logout: false,
        loaded: true,
        close: true,
      });
    });

    it('starts no timer that would keep an app from becoming stable', async () => {
      const { service, chargebee, zone } = setUpZone();
      const running = new Set<unknown>();
      const set = window.setTimeout.bind(window);
      const clear = window.clearTimeout.bind(window);
      spyOn(window, 'setTimeout').and.callFake(((task: () => void, delay?: number) => {
        const timer: unknown = set(() => {
          running.delete(timer);
          task();
        }, delay);
        if (zone.isIn) running.add(timer);
        return timer;
      }) as typeof setTimeout);
      spyOn(window, 'clearTimeout').and.callFake((timer) => {
        running.delete(timer);
        clear(timer);
      });
      await zone.run(() => service.prefetchSession());
      await zone.run(() => service.open());
      chargebee.getInstance().close();
      await zone.run(() => service.prefetchSession({ customerId: 'another' }));
      expect(running.size).toBe(0);
    });
  });

  it('rejects with NOT_IN_BROWSER on the server', async () => {
    const { service, backend } = setup({
      providers: [onServer],
      features: [withIdentity(() => 'user-1')],
    });
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'NOT_IN_BROWSER' }),
    );
    await service.preload();
    await service.prefetchSession();
    await service.logout();
    expect(backend.sessions).toEqual([]);
  });

  it('closes the portal when the application is destroyed', async () => {
    const setUp = setup();
    let completed = false;
    setUp.service.events.subscribe({ complete: () => (completed = true) });
    await setUp.service.open();
    const { instance } = setUp;
    TestBed.resetTestingModule();
    expect(completed).toBeTrue();
    expect(instance.page).toBeUndefined();
    expect(instance.authenticated).toBeFalse();
  });

  it('reads an identity that is a plain value of a service at each opening', async () => {
    const user = { id: 'user-1' };
    const setUp = setup({
      features: [withIdentity(() => inject(USER).id)],
      providers: [{ provide: USER, useValue: user }],
    });
    await setUp.service.open();
    setUp.instance.close();
    user.id = 'user-2';
    await setUp.service.open();
    expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
  });
});

abstract class USER {
  abstract id: string;
}
