import { FakeChargebee } from '../../../test/fake-chargebee';
import { flushPromises, setup } from '../../../test/setup';

const MINUTE = 60_000;

describe('The session of an opening', () => {
  beforeEach(() => {
    jasmine.clock().install();
    jasmine.clock().mockDate(new Date('2026-11-23T09:00:00Z'));
  });

  afterEach(() => {
    jasmine.clock().uninstall();
    FakeChargebee.uninstall();
  });

  it('is requested anew for each opening, since another tab may have logged in meanwhile', async () => {
    const { service, chargebee, backend } = setup();
    await service.open();
    chargebee.getInstance().close();
    await service.prefetchSession();
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
    expect(backend.sessions.length).toBe(2);
  });

  it('is requested with an idempotency key for each click, and the current page as redirect URL', async () => {
    const { service, chargebee, backend } = setup();
    await service.open({ customerId: 'one' });
    chargebee.getInstance().close();
    await service.open({ customerId: 'two' });
    const [first, second] = backend.sessions;
    expect(first.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
    expect(first.redirectUrl).toBe(location.origin + location.pathname);
  });

  it('is requested with the configured redirect URL', async () => {
    const redirectUrl = 'https://app.example.com/account';
    const { service, backend } = setup({ config: { redirectUrl } });
    await service.open();
    expect(backend.sessions[0].redirectUrl).toBe(redirectUrl);
  });

  it('is the prefetched one, which is used once', async () => {
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

  it('is the prefetched one that is still in flight', async () => {
    const { service, chargebee, backend } = setup();
    const prefetched = service.prefetchSession();
    const opened = service.open();
    await Promise.all([prefetched, opened]);
    expect(backend.sessions.length).toBe(1);
    expect(chargebee.getInstance().tokens).toEqual(['token-1']);
  });

  for (const [seconds, requests] of [
    [9, 1],
    [11, 2],
  ]) {
    it(`is ${requests === 1 ? 'that of a request that is in flight' : 'requested anew if a request has been in flight'} for ${seconds} seconds`, async () => {
      const { service, backend } = setup();
      backend.hold();
      void service.open();
      await flushPromises();
      jasmine.clock().tick(seconds * 1_000);
      service.close();
      void service.open();
      await flushPromises();
      expect(backend.sessions.length).toBe(requests);
    });
  }

  it('is requested by the click if prefetching has failed', async () => {
    const { service, chargebee, backend } = setup();
    backend.failure = new Error('down');
    await expectAsync(service.prefetchSession()).toBeRejected();
    expect(service.error()).toBeUndefined();
    backend.failure = undefined;
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-2']);
  });

  it('is requested anew in the last minute of the prefetched one', async () => {
    const { service, backend } = setup();
    await service.prefetchSession();
    jasmine.clock().tick(58 * MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
    jasmine.clock().tick(MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(2);
  });

  it('expires by the times of the backend, whatever this computer’s clock', async () => {
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

  it('expires after an hour if the backend sends no expiry', async () => {
    const { service, backend } = setup();
    backend.overrides = { expiresAt: null };
    await service.prefetchSession();
    jasmine.clock().tick(58 * MINUTE);
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
  });

  it('expires in time although the clock is set back', async () => {
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

  it('is requested without an idempotency key if the browser has no randomUUID', async () => {
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
