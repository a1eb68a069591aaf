import { FakeChargebee } from '../../../test/fake-chargebee';
import { setup } from '../../../test/setup';

const MINUTE = 60_000;

describe('The right session, once', () => {
  beforeEach(() => {
    jasmine.clock().install();
    jasmine.clock().mockDate(new Date('2026-11-23T09:00:00Z'));
  });

  afterEach(() => {
    jasmine.clock().uninstall();
    FakeChargebee.uninstall();
  });

  it('is a new one for each opening, since another tab may have logged in meanwhile', async () => {
    const { service, chargebee, backend } = setup();
    await service.open();
    chargebee.getInstance().close();
    await service.prefetchSession();
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
    expect(backend.sessions.length).toBe(2);
  });

  it('is requested with an idempotency key for each gesture, and this page to come back to', async () => {
    const { service, chargebee, backend } = setup();
    await service.open({ customerId: 'one' });
    chargebee.getInstance().close();
    await service.open({ customerId: 'two' });
    const [first, second] = backend.sessions;
    expect(first.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
    expect(first.redirectUrl).toBe(location.origin + location.pathname);
  });

  it('comes back to the page that is configured', async () => {
    const redirectUrl = 'https://app.example.com/account';
    const { service, backend } = setup({ config: { redirectUrl } });
    await service.open();
    expect(backend.sessions[0].redirectUrl).toBe(redirectUrl);
  });

  it('has been prefetched, and is used once', async () => {
    const { service, chargebee, backend } = setup();
    await service.prefetchSession();
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1']);
    expect(backend.sessions.length).toBe(1);
    await service.logout();
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
  });

  it('that is on its way is the one a click takes', async () => {
    const { service, chargebee, backend } = setup();
    const prefetched = service.prefetchSession();
    const opened = service.open();
    await Promise.all([prefetched, opened]);
    expect(backend.sessions.length).toBe(1);
    expect(chargebee.getInstance().tokens).toEqual(['token-1']);
  });

  it('that failed to be prefetched is requested again by the click', async () => {
    const { service, chargebee, backend } = setup();
    backend.failure = new Error('down');
    await expectAsync(service.prefetchSession()).toBeRejected();
    expect(service.error()).toBeUndefined();
    backend.failure = undefined;
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-2']);
  });

  it('is never used at the end of its lifetime, less a minute', async () => {
    const { service, backend } = setup();
    await service.prefetchSession();
    jasmine.clock().tick(58 * MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
    jasmine.clock().tick(MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(2);
  });

  it('has the lifetime that the backend gives it, by the backend’s clock', async () => {
    const { service, backend } = setup();
    backend.overrides = {
      createdAt: '2031-01-01T00:00:00Z', // This computer's clock is years behind.
      expiresAt: '2031-01-01T00:10:00Z',
    };
    await service.prefetchSession();
    jasmine.clock().tick(8 * MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
    jasmine.clock().tick(MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(2);
  });

  it('lasts an hour when the backend states no end', async () => {
    const { service, backend } = setup();
    backend.overrides = { expiresAt: null };
    await service.prefetchSession();
    jasmine.clock().tick(58 * MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
  });

  it('ages while the clock is set back', async () => {
    const { service, backend } = setup();
    let elapsed = 0;
    spyOn(performance, 'now').and.callFake(() => elapsed);
    await service.prefetchSession();
    elapsed = 60 * MINUTE;
    jasmine.clock().mockDate(new Date('2026-11-23T08:00:00Z'));
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(2);
  });

  it('is not prefetched while the portal is open', async () => {
    const { service, backend } = setup();
    await service.open();
    await service.prefetchSession({ customerId: 'another' });
    expect(backend.sessions.length).toBe(1);
  });

  it('has no idempotency key where the browser cannot make one', async () => {
    const original = crypto.randomUUID.bind(crypto);
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    try {
      const setUp = setup();
      await setUp.service.open();
      expect(setUp.backend.sessions[0].idempotencyKey).toBeUndefined();
    } finally {
      Object.defineProperty(crypto, 'randomUUID', { value: original, configurable: true });
    }
  });
});
