import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { fakeBrowser, PHONE } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { flushPromises, rejection, setup } from '../../../test/setup';
import { PortalError } from '../portal/portal-error';
import { withIdentity } from '../setup/with-identity';

describe('The timeouts of the service', () => {
  beforeEach(() => {
    jasmine.clock().install();
  });

  afterEach(() => {
    jasmine.clock().uninstall();
    FakeChargebee.uninstall();
  });

  it('counts as open after 20 seconds without a callback of chargebee.js, and warns', async () => {
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
  });

  it('counts as open after 20 seconds without a callback, also if a sign-in has completed meanwhile', async () => {
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
  });

  it('counts those 20 seconds from the answer of the backend', async () => {
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
  });

  it('rejects logout() when the backend does not answer within five seconds', async () => {
    fakeBrowser({ userAgent: PHONE });
    const { service, backend } = setup({ script: 'missing' });
    await service.open();
    backend.hold();
    const failure = rejection(service.logout());
    await flushPromises();
    jasmine.clock().tick(5_000);
    expect(await failure).toEqual(jasmine.objectContaining({ code: 'NETWORK_ERROR' }));
  });

  it('fails when the backend does not answer within 45 seconds, and sends a new request the next time', async () => {
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
  });
});
