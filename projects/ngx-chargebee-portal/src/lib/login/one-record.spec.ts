import { createEnvironmentInjector, EnvironmentInjector, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeBackend } from '../../../test/fake-backend';
import { fakeBrowser } from '../../../test/fake-browser';
import { FakeChargebee, FakeInstance } from '../../../test/fake-chargebee';
import { OtherTab } from '../../../test/other-tab';
import { nextTask, rejection, setup, until } from '../../../test/setup';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import { ChargebeePortalService } from '../portal/portal-service';
import { provideChargebeePortal } from '../provide';
import type { PortalConfig } from '../setup/portal-config';
import { withBackend } from '../setup/with-backend';
import { withIdentity } from '../setup/with-identity';

describe('The login that all services, copies and tabs share', () => {
  let injectors: EnvironmentInjector[] = [];

  afterEach(() => {
    for (const injector of injectors) {
      if (!injector.destroyed) injector.destroy();
    }
    injectors = [];
    FakeChargebee.uninstall();
  });

  /** Creates a second service, like that of a route or of another copy of the library. */
  function addService(customer = 'customer-2', config: Partial<PortalConfig> = {}) {
    const backend = new FakeBackend();
    backend.overrides = {
      id: `portal-of-${customer}`,
      token: `token-of-${customer}`,
      customerId: customer,
    };
    const user = signal<string | undefined>('user-2');
    const injector = createEnvironmentInjector(
      [
        provideChargebeePortal(
          { site: 'acme-test', ...config },
          withBackend(() => backend),
          withIdentity(() => user),
        ),
      ],
      TestBed.inject(EnvironmentInjector),
    );
    injectors.push(injector);
    const service = injector.get(ChargebeePortalService);
    const events: PortalEvent[] = [];
    service.events.subscribe((event) => events.push(event));
    return { service, injector, backend, user, events };
  }

  describe('with two services', () => {
    it('opens the portal for the customer of each service, in any order', async () => {
      const first = setup();
      const second = addService();
      for (const { service } of [first, second, first]) {
        await service.open();
        first.instance.close();
      }
      expect(first.instance.tokens).toEqual(['token-1', 'token-of-customer-2', 'token-2']);
    });

    const others: Partial<PortalConfig>[] = [
      { site: 'other-test' },
      { domain: 'https://billing.example.com' },
    ];
    for (const config of others) {
      it(`opens the portal of each at its own site, such as ${JSON.stringify(config)}`, async () => {
        const first = setup();
        const second = addService('customer-2', config);
        for (const { service } of [first, second, first]) {
          await service.open();
          await service.open(); // Uses the same instance as before.
          expect(service.isOpen()).toBeTrue();
        }
        const { inits } = first.chargebee;
        const own = jasmine.objectContaining({ site: 'acme-test' });
        expect(inits).toEqual([
          own,
          jasmine.objectContaining<Record<string, unknown>>({ ...config }),
          own,
        ]);
        expect(inits[0]['domain']).toBeUndefined();
        expect(inits[2]['domain']).toBeUndefined();
        expect(first.instance.tokens.length).toBe(2);
      });
    }

    it('uses one instance for different configurations of a site, so that a logout cannot end the next login', async () => {
      const first = setup();
      const second = addService('customer-2', { locale: 'fr' });
      for (const { service } of [first, second, first]) await service.open();
      expect(first.chargebee.inits.length).toBe(1);
    });

    it('emits each event once, also after an instance was replaced that still reports them', async () => {
      const first = setup();
      await first.service.open();
      // As the listeners of both instances do for a message of the portal's page.
      const listeners = [1, 2].map(() => () => first.instance.emit('visit', 'sub_details'));
      listeners.forEach((listener) => window.addEventListener('message', listener));
      window.dispatchEvent(new MessageEvent('message'));
      window.dispatchEvent(new MessageEvent('message'));
      listeners.forEach((listener) => window.removeEventListener('message', listener));
      const visits = first.events.filter(({ type }) => type === 'visit');
      expect(visits.length).toBe(2);
    });

    it('fails if other code uses the instance for another site', async () => {
      const first = setup();
      await first.service.open();
      first.instance.setPortalSession(() => Promise.resolve({ token: 'of-other-code' }));
      const second = addService('customer-2', { site: 'other-test' });
      expect(await rejection(second.service.open())).toEqual(
        jasmine.objectContaining({ code: 'SITE_CONFLICT' }),
      );
      await first.service.open();
      expect(first.service.isOpen()).toBeTrue();
    });

    it('closes the other service’s portal, and emits the events to both', async () => {
      const first = setup();
      const second = addService();
      await first.service.open();
      await second.service.open();
      const types = ['loaded', 'close', 'loaded'] as const;
      expect(first.events.map(({ type }) => type)).toEqual([...types]);
      expect(second.events.map(({ type }) => type)).toEqual([...types]);
      expect(first.instance.tokens).toEqual(['token-1', 'token-of-customer-2']);
    });

    it('fails the opening of the other service', async () => {
      const first = setup();
      const second = addService();
      first.backend.hold();
      const failure = rejection(first.service.open());
      await second.service.open();
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
      first.backend.release();
      await nextTask();
      expect(first.instance.tokens).toEqual(['token-of-customer-2']);
    });

    it('has the same status in both services', async () => {
      const first = setup();
      const second = addService();
      second.backend.hold();
      const opening = second.service.open();
      expect(first.service.status()).toBe('opening');
      second.backend.release();
      await opening;
      expect(first.service.isOpen()).toBeTrue();
      expect(addService().service.isOpen()).toBeTrue();
      first.service.close();
      expect(second.service.status()).toBe('idle');
      expect(first.instance.page).toBeUndefined();
    });

    it('keeps the other service’s portal open and logged in when one is destroyed', async () => {
      const first = setup();
      const second = addService();
      await first.service.open();
      second.injector.destroy();
      expect(first.service.isOpen()).toBeTrue();
      expect(first.instance.authenticated).toBeTrue();
    });

    it('closes the portal of a service that is destroyed, and emits `close` to the other', async () => {
      const first = setup();
      const second = addService();
      await second.service.open();
      second.injector.destroy();
      expect(first.service.status()).toBe('idle');
      expect(first.events.at(-1)).toEqual({ type: 'close' });
      expect(first.instance.authenticated).toBeFalse();
    });

    it('keeps the other service’s portal open when the user of one changes', async () => {
      const first = setup();
      const second = addService();
      TestBed.tick();
      await first.service.open();
      second.user.set('user-3');
      TestBed.tick();
      expect(first.service.isOpen()).toBeTrue();
    });
  });

  describe('beside other code', () => {
    const of = (token: string) => () => Promise.resolve({ token });

    it('logs out after other code has opened a portal with an object that it had created before', async () => {
      const { service, chargebee } = setup();
      const instance = chargebee.init({ site: 'acme-test' });
      const portal = instance.createChargebeePortal();
      instance.setPortalSession(of('of-other-code'));
      await service.open();
      instance.close();
      instance.setPortalSession(of('of-other-code'));
      portal.open();
      await nextTask();
      instance.close();
      await service.open();
      expect(chargebee.getInstance().tokens).toEqual(['token-1', 'of-other-code', 'token-2']);
    });

    it('logs out each time after other code has opened a portal with the same object', async () => {
      const setUp = setup();
      await setUp.service.open();
      setUp.instance.close();
      setUp.instance.setPortalSession(of('of-other-code'));
      const portal = setUp.instance.createChargebeePortal();
      for (let i = 0; i < 2; i++) {
        await setUp.service.open();
        setUp.instance.close();
        portal.open();
        await nextTask();
        setUp.instance.close();
      }
      await setUp.service.open();
      expect(setUp.instance.tokens).toEqual([
        'token-1',
        'token-2',
        'of-other-code',
        'token-3',
        'of-other-code',
        'token-4',
      ]);
    });

    it('restores the session function of other code', async () => {
      const setUp = setup();
      await setUp.service.open();
      setUp.instance.close();
      setUp.instance.setPortalSession(of('of-other-code'));
      await setUp.service.open();
      setUp.instance.close();
      setUp.instance.openFromOtherCode();
      await nextTask();
      expect(setUp.instance.tokens).toEqual(['token-1', 'token-2', 'of-other-code']);
    });

    it('returns no session to chargebee.js if the portal was closed meanwhile', async () => {
      fakeBrowser();
      const setUp = setup();
      const setSession = spyOn(FakeInstance.prototype, 'setPortalSession').and.callThrough();
      setUp.backend.hold();
      const opening = setUp.service.open();
      setUp.service.close();
      await opening;
      setUp.backend.release();
      const otherTab = new OtherTab();
      const requested = setUp.backend.sessions.length;
      let isGiven = false;
      void setSession.calls
        .mostRecent()
        .args[0]()
        .then(() => (isGiven = true))
        .catch(() => undefined);
      await nextTask();
      expect(isGiven).toBeFalse();
      expect(setUp.backend.sessions.length).toBe(requested);
      expect(otherTab.received).not.toContain('login');
      otherTab.close();
    });

    it('closes a portal that did not request a session, and requests one the next time', async () => {
      const setUp = setup();
      await setUp.service.open();
      setUp.instance.close();
      // Other code has logged in unnoticed.
      setUp.instance.authenticated = true;
      expect(await rejection(setUp.service.open())).toEqual(
        jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }),
      );
      expect(setUp.instance.page).toBeUndefined();
      await setUp.service.open();
      expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
    });

    it('fails when other code sets its session function while the portal opens', async () => {
      const setUp = setup();
      setUp.backend.hold();
      const failure = rejection(setUp.service.open());
      setUp.instance.setPortalSession(of('of-other-code'));
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
      setUp.backend.release();
      await nextTask();
      expect(setUp.instance.tokens).toEqual([]);
    });

    it('closes the portal when other code logs out', async () => {
      const setUp = setup();
      await setUp.service.open();
      setUp.instance.logout();
      expect(setUp.service.status()).toBe('idle');
      await setUp.service.open();
      expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
    });

    it('notices that other code has torn chargebee.js down, or closed everything', async () => {
      const setUp = setup();
      for (const end of [() => setUp.instance.closeAll(), () => setUp.chargebee.tearDown()]) {
        await setUp.service.open();
        end();
        await until(() => setUp.service.status() === 'idle');
      }
      await setUp.service.open();
      expect(setUp.service.isOpen()).toBeTrue();
      expect(setUp.instance.tokens).toEqual(['token-3']);
    });

    it('logs its own instance out again if links of chargebee.js are on the page', async () => {
      const link = document.createElement('a');
      link.dataset['cbType'] = 'portal';
      document.body.append(link);
      const setUp = setup();
      await setUp.service.open();
      setUp.instance.close();
      setUp.instance.authenticated = true;
      await setUp.service.open();
      link.remove();
      expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
    });
  });

  it('logs out once between two openings, when the first is closed', async () => {
    const setUp = setup();
    await setUp.service.open();
    setUp.instance.close();
    await setUp.service.open();
    expect(setUp.instance.calls.filter((call) => call !== 'closeAll')).toEqual([
      'open',
      'logout',
      'open',
    ]);
  });

  it('authenticates again after an opening without `loaded`', async () => {
    const setUp = setup();
    setUp.chargebee.init({ site: 'acme-test' }).silent = true;
    void setUp.service.open();
    await nextTask();
    setUp.instance.close();
    setUp.instance.silent = false;
    await setUp.service.open();
    expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
  });

  describe('with another tab', () => {
    let other: OtherTab;

    beforeEach(() => (other = new OtherTab()));
    afterEach(() => other.close());

    it('announces each login and logout to it, without the user', async () => {
      const setUp = setup();
      await setUp.service.open({ customerId: 'customer-1' });
      await until(() => other.received.length > 0);
      setUp.instance.close();
      await until(() => other.received.length > 1);
      expect(other.received).toEqual(['login', 'logout']);
    });

    it('announces logout() to it, also when nothing is open here', async () => {
      const setUp = setup();
      await setUp.service.logout();
      await until(() => other.received.length > 0);
      expect(other.received).toEqual(['logout']);
    });

    for (const change of ['login', 'logout'] as const) {
      it(`closes the open portal on a ${change} there, and reports the reason`, async () => {
        const setUp = setup();
        const errors: PortalError[] = [];
        await setUp.service.open({ onError: (error) => errors.push(error) });
        other.announce(change);
        await until(() => setUp.service.status() === 'idle');
        expect(setUp.events.at(-1)).toEqual({ type: 'close' });
        expect(errors.map(({ code }) => code)).toEqual(['IDENTITY_CHANGED']);
        expect(setUp.service.error()).toBe(errors[0]);
        // A logout here would end the other tab's login.
        expect(setUp.instance.calls).not.toContain('logout');
        await setUp.service.open();
        expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
      });
    }

    it('fails an opening that has passed its session to chargebee.js', async () => {
      const setUp = setup();
      setUp.chargebee.init({ site: 'acme-test' }).silent = true;
      const failure = rejection(setUp.service.open());
      await until(() => setUp.instance.authenticated);
      other.announce('login');
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
    });

    it('continues an opening that has not logged in yet', async () => {
      const setUp = setup();
      setUp.backend.hold();
      const opening = setUp.service.open();
      other.announce('login');
      await nextTask();
      await nextTask();
      setUp.backend.release();
      await opening;
      expect(setUp.service.isOpen()).toBeTrue();
    });

    it('keeps the page for payment methods open, which has no login', async () => {
      const setUp = setup();
      await setUp.service.managePaymentSources();
      other.announce('login');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(setUp.service.isOpen()).toBeTrue();
      expect(other.received).toEqual([]);
    });

    it('announces the logout of a page that is restored from the back/forward cache', async () => {
      const setUp = setup();
      await setUp.service.open();
      window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      expect(setUp.instance.calls).toContain('logout');
      await until(() => other.received.length > 1);
      expect(other.received).toEqual(['login', 'logout']);
    });

    it('announces a logout when the page for payment methods ends a login of other code', async () => {
      const setUp = setup();
      setUp.chargebee.init({ site: 'acme-test' });
      await setUp.service.managePaymentSources();
      setUp.service.close();
      expect(setUp.instance.calls).toContain('logout');
      await until(() => other.received.length > 0);
      expect(other.received).toEqual(['logout']);
    });

    it('closes the channel while nothing is open', async () => {
      const setUp = setup();
      const close = spyOn(BroadcastChannel.prototype, 'close').and.callThrough();
      await setUp.service.open();
      setUp.instance.close();
      expect(close).toHaveBeenCalled();
    });
  });

  it('works in a browser without BroadcastChannel', async () => {
    const original = window.BroadcastChannel;
    Object.assign(window, {
      BroadcastChannel: class {
        constructor() {
          throw new Error('SecurityError');
        }
      },
    });
    try {
      const setUp = setup();
      await setUp.service.open();
      await setUp.service.logout();
      await setUp.service.open();
      expect(setUp.instance.tokens).toEqual(['token-1', 'token-2']);
    } finally {
      window.BroadcastChannel = original;
    }
  });
});
