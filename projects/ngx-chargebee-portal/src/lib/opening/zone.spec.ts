import { NgZone } from '@angular/core';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { FakeZone } from '../../../test/fake-zone';
import { setup } from '../../../test/setup';
import type { PortalEvent } from '../portal/portal-events';

describe('The service in Angular’s zone', () => {
  afterEach(() => FakeChargebee.uninstall());

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
    const inZone: string[] = [];
    for (const name of ['setTimeout', 'setInterval'] as const) {
      const original = window[name].bind(window) as (...timer: unknown[]) => unknown;
      spyOn(window, name).and.callFake(((...timer: unknown[]) => {
        if (zone.isIn) inZone.push(name);
        return original(...timer);
      }) as never);
    }
    await zone.run(() => service.prefetchSession());
    await zone.run(() => service.open());
    chargebee.getInstance().close();
    await zone.run(() => service.prefetchSession({ customerId: 'another' }));
    expect(inZone).toEqual([]);
  });
});
