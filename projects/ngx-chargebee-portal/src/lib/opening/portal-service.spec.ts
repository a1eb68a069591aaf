import { TestBed } from '@angular/core/testing';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, onServer, rejection, setup } from '../../../test/setup';
import { withIdentity } from '../setup/with-identity';
import { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';

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

  it('sets the locale of the options', async () => {
    const setUp = setup();
    await setUp.service.open({ locale: 'de' });
    expect(setUp.instance.locales).toEqual(['de']);
  });

  it('sets the configured language after another one', async () => {
    const { service, chargebee } = setup({ config: { locale: 'fr' } });
    const instance = chargebee.init({ site: 'acme-test' });
    await service.open();
    service.close();
    await service.open({ locale: 'de' });
    service.close();
    await service.open();
    expect(instance.locales).toEqual(['fr', 'de', 'fr']);
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

    it('warns in the console, without the cause', async () => {
      const warn = spyOn(console, 'warn');
      const { service, backend } = setup();
      backend.failure = { status: 404, error: 'private' };
      await rejection(service.open());
      expect(warn).toHaveBeenCalledOnceWith(
        jasmine.stringMatching(/ENDPOINT_NOT_FOUND: .* Check `url`/),
      );
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
      instance.openFromOtherCode();
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

  it('rejects open() with NOT_IN_BROWSER on the server, and requests nothing', async () => {
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
});
