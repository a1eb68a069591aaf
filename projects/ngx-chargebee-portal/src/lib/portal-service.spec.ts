import { FakeChargebee } from '../../test/fake-chargebee';
import { rejection, settled, setup } from '../../test/setup';
import { PortalError } from './portal-error';

describe('ChargebeePortalService', () => {
  afterEach(() => FakeChargebee.uninstall());

  it('opens the portal with a session of the backend', async () => {
    const { service, backend, chargebee, events } = setup();
    await service.open();
    expect(chargebee.inits).toEqual([{ site: 'acme-test' }]);
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
    expect(backend.sessions.length).toBe(1);
    expect(events).toEqual([{ type: 'loaded' }]);
  });

  it('reaches chargebee.js within the call, when it is there', () => {
    const { service, chargebee } = setup();
    void service.open();
    expect(chargebee.instance?.calls).toContain('open');
  });

  it('tells how far it is by signals', async () => {
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

  it('tells the backend’s failure three ways, and can open again', async () => {
    const setUp = setup();
    const { service, backend } = setUp;
    backend.failure = new PortalError('CUSTOMER_NOT_FOUND', 'No customer yet.');
    const error = await rejection(service.open());
    expect(error).toBe(backend.failure);
    expect(service.error()).toBe(backend.failure as PortalError);
    expect(service.status()).toBe('idle');
    backend.failure = undefined;
    await service.open();
    expect(service.error()).toBeUndefined();
    expect(setUp.instance.tokens).toEqual(['token-2']);
    await settled();
  });
});
