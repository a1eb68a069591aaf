import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { fakeBrowser, PHONE } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, rejection, setup } from '../../../test/setup';
import { PortalError } from '../portal/portal-error';
import { withIdentity } from '../setup/with-identity';

describe('logout', () => {
  afterEach(() => FakeChargebee.uninstall());

  it('treats a session that does not exist any more as ended', async () => {
    fakeBrowser({ userAgent: PHONE });
    const { service, backend } = setup({ script: 'missing' });
    await service.open();
    backend.failure = new PortalError('SESSION_NOT_FOUND');
    await service.logout();
    await service.logout();
    expect(backend.logouts).toEqual(['portal_1']);
  });

  it('does not end the sessions of the previous user', async () => {
    fakeBrowser({ userAgent: PHONE });
    const user = signal('user-1');
    const { service, backend } = setup({
      script: 'missing',
      features: [withIdentity(() => user)],
    });
    await service.open();
    user.set('user-2');
    await service.logout();
    expect(backend.logouts).toEqual([]);
  });

  it('does not end a session of the previous user that failed to end after the change', async () => {
    fakeBrowser({ userAgent: PHONE });
    const user = signal('user-1');
    const { service, backend } = setup({
      script: 'missing',
      features: [withIdentity(() => user)],
    });
    await service.open();
    backend.hold();
    const failure = rejection(service.logout());
    await nextTask();
    user.set('user-2');
    TestBed.tick();
    backend.release(new PortalError('BILLING_UNAVAILABLE'));
    await failure;
    await service.logout();
    expect(backend.logouts).toEqual(['portal_1']);
  });

  it('asks the backend to end the sessions that were opened by their access URL', async () => {
    fakeBrowser({ userAgent: PHONE });
    const { service, backend } = setup({ script: 'missing' });
    await service.open();
    await service.logout();
    expect(backend.logouts).toEqual(['portal_1']);
    await service.logout();
    expect(backend.logouts).toEqual(['portal_1']);
  });

  it('rejects when the backend fails, and tries again the next time', async () => {
    fakeBrowser({ userAgent: PHONE });
    const { service, backend } = setup({ script: 'missing' });
    await service.open();
    backend.failure = new PortalError('BILLING_UNAVAILABLE');
    expect(await rejection(service.logout())).toBe(backend.failure);
    expect(service.error()).toBe(backend.failure as PortalError);
    backend.failure = undefined;
    await service.logout();
    expect(backend.logouts).toEqual(['portal_1', 'portal_1']);
  });

  it('closes the portal, and logs chargebee.js out at once', async () => {
    const { service, chargebee, backend } = setup();
    await service.open();
    const done = service.logout();
    expect(chargebee.instance?.page).toBeUndefined();
    expect(chargebee.instance?.authenticated).toBeFalse();
    await done;
    expect(backend.logouts).toEqual([]);
  });
});
