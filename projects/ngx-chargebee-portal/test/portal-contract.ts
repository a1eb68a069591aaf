import { signal, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  PortalError,
  withIdentity,
  withPortalEvents,
  type ChargebeePortalService,
  type PortalEvent,
  type PortalFeature,
  type PortalIdentity,
  type PortalOpenOptions,
} from '../src/public-api';
import { nextTask, rejection } from './setup';

/** A `ChargebeePortalService`, real or fake, with functions to control its portal. */
export interface PortalDriver {
  readonly service: ChargebeePortalService;
  /** Shows the portal that is opening. */
  show(): void | Promise<void>;
  /** Emits an event of the portal, once it is shown. */
  emit(event: PortalEvent): void;
  /** Makes the portal that is opening or open fail. */
  fail(error: PortalError): void | Promise<void>;
  /** Makes the next call of a method fail. The call can be made once this resolves. */
  failNext(
    method: 'logout' | 'preload' | 'prefetchSession',
    error: PortalError,
  ): void | Promise<void>;
  /** The number of sessions that were prefetched. */
  prefetches(): number;
}

/** Options for creating a driver. */
export interface DriverOptions {
  readonly features: PortalFeature[];
  /** Whether the service runs in server-side rendering, where nothing opens. */
  readonly isServer?: boolean;
  /** The method that the test makes fail. */
  readonly failing?: 'logout' | 'preload' | 'prefetchSession';
}

const CHANGE: PortalEvent = { type: 'subscriptionChanged', subscription: { id: 'sub-1' } };

/**
 * Specifies the behaviour of `ChargebeePortalService` that applications can observe. It runs against the real service and
 * against the fake of `/testing`, so that both behave alike.
 */
export function describePortalService(
  name: string,
  createDriver: (options: DriverOptions) => PortalDriver,
): void {
  describe(name, () => {
    let user: WritableSignal<PortalIdentity>;
    /** The events and errors that `events`, `withPortalEvents` and callbacks have received, in order. */
    let received: string[];

    function create(options: Partial<DriverOptions> = {}): PortalDriver {
      user = signal<PortalIdentity>('ada');
      received = [];
      const driver = createDriver({
        features: [
          withIdentity(() => user),
          withPortalEvents(() => ({
            onEvent: ({ type }) => received.push(`feature ${type}`),
            onError: ({ code }) => received.push(`feature ${code}`),
          })),
        ],
        ...options,
      });
      driver.service.events.subscribe({
        next: ({ type }) => received.push(`events ${type}`),
        complete: () => received.push('events completed'),
      });
      return driver;
    }

    const callbacks = (opener = 'opener') => ({
      onEvent: ({ type }: PortalEvent) => received.push(`${opener} ${type}`),
      onError: ({ code }: PortalError) => received.push(`${opener} ${code}`),
    });

    async function createOpen(options?: PortalOpenOptions): Promise<PortalDriver> {
      const driver = create();
      const opening = driver.service.open(options);
      await driver.show();
      await opening;
      return driver;
    }

    async function changeUser(identity: PortalIdentity): Promise<void> {
      user.set(identity);
      TestBed.tick();
      await nextTask();
    }

    describe('opens the portal', () => {
      it('with the status opening until it is shown, then open until it is closed', async () => {
        const driver = create();
        const { service } = driver;
        expect([service.status(), service.isOpen()]).toEqual(['idle', false]);
        const opening = service.open();
        expect([service.status(), service.isOpen()]).toEqual(['opening', false]);
        await driver.show();
        await opening;
        expect([service.status(), service.isOpen()]).toEqual(['open', true]);
        driver.emit({ type: 'close' });
        expect([service.status(), service.isOpen()]).toEqual(['idle', false]);
      });

      it('once, for several calls while it is opening', async () => {
        const driver = create();
        const opening = driver.service.open(callbacks('first'));
        expect(driver.service.open(callbacks('second'))).toBe(opening);
        expect(driver.service.managePaymentSources(callbacks('third'))).toBe(opening);
        await driver.show();
        await opening;
        expect(received).toEqual(['feature loaded', 'events loaded', 'first loaded']);
      });

      it('in place of an open one, which is closed', async () => {
        const driver = await createOpen(callbacks('first'));
        received.length = 0;
        const opening = driver.service.managePaymentSources(callbacks('second'));
        expect(received).toEqual(['feature close', 'events close', 'first close']);
        expect(driver.service.status()).toBe('opening');
        await driver.show();
        await opening;
        expect(received.at(-1)).toBe('second loaded');
      });

      it('again from a callback that receives `close`', async () => {
        const driver = create();
        let again: Promise<void> | undefined;
        const opening = driver.service.open({
          onEvent: ({ type }) => {
            if (type === 'close') again = driver.service.open();
          },
        });
        await driver.show();
        await opening;
        driver.service.close();
        expect(driver.service.status()).toBe('opening');
        await driver.show();
        await again;
        expect(driver.service.isOpen()).toBeTrue();
      });

      it('not for another customer than a callback that receives `close` opens it for', async () => {
        const driver = create();
        const { service } = driver;
        const customerId = 'bakery';
        let again: Promise<void> | undefined;
        const opening = service.open({
          customerId,
          onEvent: ({ type }) => {
            if (type === 'close') again = service.open({ customerId });
          },
        });
        await driver.show();
        await opening;
        expect(await rejection(service.open({ customerId: 'cycles' }))).toEqual(
          jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }),
        );
        expect(service.error()?.code).toBe('IDENTITY_CHANGED');
        await driver.show();
        await again;
        expect(service.isOpen()).toBeTrue();
      });

      it('for another customer, and fails the opening for the first', async () => {
        const driver = create();
        const first = rejection(driver.service.open({ customerId: 'bakery' }));
        const second = driver.service.open({ customerId: 'cycles' });
        expect(await first).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
        await driver.show();
        await second;
        expect(driver.service.isOpen()).toBeTrue();
        expect(driver.service.error()).toBeUndefined();
      });

      it('only with the parameters that the section requires', async () => {
        const { service } = create();
        const options = { section: 'EDIT_SUBSCRIPTION' } as unknown as PortalOpenOptions;
        const error = await rejection(service.open(options));
        expect(error).toEqual(
          jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'subscriptionId' }),
        );
        expect(service.error()).toBe(error as PortalError);
        expect(service.status()).toBe('idle');
        expect(received).toEqual(['feature BAD_USER_INPUT']);
      });

      it('not on the server', async () => {
        const { service } = create({ isServer: true });
        for (const open of [() => service.open(), () => service.managePaymentSources()]) {
          expect(await rejection(open())).toEqual(
            jasmine.objectContaining({ code: 'NOT_IN_BROWSER' }),
          );
        }
        expect(service.status()).toBe('idle');
        expect(service.error()?.code).toBe('NOT_IN_BROWSER');
        await service.preload();
        await service.prefetchSession();
        await service.logout();
        service.close();
      });
    });

    describe('reports events', () => {
      it('to the features, then to `events`, then to the opener, after the status has changed', async () => {
        const driver = create();
        const statuses: string[] = [];
        driver.service.events.subscribe(() => statuses.push(driver.service.status()));
        const opening = driver.service.open(callbacks());
        await driver.show();
        await opening;
        driver.emit(CHANGE);
        driver.emit({ type: 'close' });
        expect(received).toEqual(
          ['loaded', 'subscriptionChanged', 'close'].flatMap((type) => [
            `feature ${type}`,
            `events ${type}`,
            `opener ${type}`,
          ]),
        );
        expect(statuses).toEqual(['open', 'open', 'idle']);
      });

      it('to the others if a callback throws, whose error the page reports', async () => {
        const reported = spyOn(window, 'reportError');
        const driver = create();
        const error = new Error('of the application');
        const opening = driver.service.open({
          onEvent: () => {
            throw error;
          },
        });
        await driver.show();
        await opening;
        expect(received).toEqual(['feature loaded', 'events loaded']);
        expect(reported).toHaveBeenCalledOnceWith(error);
        expect(driver.service.isOpen()).toBeTrue();
      });

      it('until the service is destroyed, which closes its portal', async () => {
        const driver = await createOpen();
        received.length = 0;
        TestBed.resetTestingModule();
        expect(received.filter((entry) => entry.startsWith('events'))).toEqual([
          'events close',
          'events completed',
        ]);
        expect(await rejection(driver.service.open())).toEqual(jasmine.any(PortalError));
      });
    });

    describe('closes the portal', () => {
      it('while it is opening, without a failure', async () => {
        const driver = create();
        const opening = driver.service.open(callbacks());
        driver.service.close();
        await opening;
        expect(driver.service.status()).toBe('idle');
        expect(driver.service.error()).toBeUndefined();
        expect(received).toEqual(['feature close', 'events close', 'opener close']);
      });

      it('only if there is one', () => {
        const { service } = create();
        service.close();
        expect(received).toEqual([]);
      });
    });

    describe('reports a failure', () => {
      it('with the promise before the portal is shown', async () => {
        const driver = create();
        const failure = rejection(driver.service.open(callbacks()));
        const error = new PortalError('RATE_LIMITED', 'Too many.', { retryAfter: 5 });
        await driver.fail(error);
        expect(await failure).toBe(error);
        expect(driver.service.error()).toBe(error);
        expect(driver.service.status()).toBe('idle');
        expect(received).toEqual(['feature RATE_LIMITED']);
      });

      it('with a callback after the portal was shown', async () => {
        const driver = await createOpen(callbacks());
        received.length = 0;
        const error = new PortalError('PORTAL_FAILED');
        await driver.fail(error);
        expect(driver.service.error()).toBe(error);
        expect(driver.service.status()).toBe('idle');
        expect(received).toEqual(['feature PORTAL_FAILED', 'opener PORTAL_FAILED']);
      });

      it('until the portal is opened again', async () => {
        const driver = create();
        const failure = rejection(driver.service.open());
        await driver.fail(new PortalError('BILLING_UNAVAILABLE'));
        await failure;
        const opening = driver.service.open();
        expect(driver.service.error()).toBeUndefined();
        await driver.show();
        await opening;
        expect(driver.service.isOpen()).toBeTrue();
      });

      it('to its user only', async () => {
        const driver = create();
        const failure = rejection(driver.service.open());
        await driver.fail(new PortalError('BILLING_UNAVAILABLE'));
        await failure;
        await changeUser('bob');
        expect(driver.service.error()).toBeUndefined();
      });
    });

    describe('when another user signs in', () => {
      it('closes an open portal', async () => {
        const driver = await createOpen(callbacks());
        received.length = 0;
        await changeUser('bob');
        expect(driver.service.status()).toBe('idle');
        expect(received).toEqual(['feature close', 'events close', 'opener close']);
      });

      it('fails a portal that is opening', async () => {
        const driver = create();
        const failure = rejection(driver.service.open());
        await changeUser('bob');
        expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
        expect(driver.service.status()).toBe('idle');
        expect(driver.service.error()).toBeUndefined();
        expect(received).toEqual(['feature IDENTITY_CHANGED']);
      });

      it('notices it at the next opening, even if no effect has run', async () => {
        const driver = await createOpen();
        received.length = 0;
        user.set('bob'); // No effect has run yet.
        const opening = driver.service.open();
        expect(received).toEqual(['feature close', 'events close']);
        await driver.show();
        await opening;
      });

      it('continues an opening during which the user’s sign-in completes', async () => {
        const driver = create();
        user.set(undefined);
        TestBed.tick();
        const opening = driver.service.open();
        await changeUser('ada');
        expect(driver.service.status()).toBe('opening');
        await driver.show();
        await opening;
        expect(driver.service.isOpen()).toBeTrue();
      });

      it('opens nothing if the identity cannot be read', async () => {
        const broken = withIdentity(() => {
          throw new Error('no auth');
        });
        const { service } = create({ features: [broken] });
        expect(await rejection(service.open())).toEqual(
          jasmine.objectContaining({ code: 'NOT_CONFIGURED', argument: 'withIdentity' }),
        );
        expect(service.status()).toBe('idle');
      });
    });

    describe('logs out', () => {
      it('and closes the portal', async () => {
        const driver = await createOpen();
        await driver.service.logout();
        expect(driver.service.status()).toBe('idle');
        expect(received.at(-1)).toBe('events close');
      });

      it('and reports a failure after closing the portal', async () => {
        const driver = create({ failing: 'logout' });
        const error = new PortalError('BILLING_UNAVAILABLE');
        await driver.failNext('logout', error);
        expect(await rejection(driver.service.logout())).toBe(error);
        expect(driver.service.error()).toBe(error);
        expect(driver.service.status()).toBe('idle');
        expect(received.at(-1)).toBe('feature BILLING_UNAVAILABLE');
        await driver.service.logout();
      });

      it('and reports that the identity cannot be read', async () => {
        const broken = withIdentity(() => {
          throw new Error('no auth');
        });
        const { service } = create({ features: [broken] });
        const error = await rejection(service.logout());
        expect(error).toEqual(jasmine.objectContaining({ code: 'NOT_CONFIGURED' }));
        expect(service.error()).toBe(error as PortalError);
      });
    });

    describe('prepares an opening', () => {
      for (const [method, code] of [
        ['preload', 'SCRIPT_UNAVAILABLE'],
        ['prefetchSession', 'RATE_LIMITED'],
      ] as const) {
        it(`and rejects when ${method} fails, but does not set the error`, async () => {
          const driver = create({ failing: method });
          await driver.failNext(method, new PortalError(code));
          expect(await rejection(driver.service[method]())).toEqual(
            jasmine.objectContaining({ code }),
          );
          expect(driver.service.error()).toBeUndefined();
          expect(received).toEqual([]);
        });
      }

      it('and requests a session only for a signed-in user, and only while nothing is opening', async () => {
        const driver = create({ failing: 'prefetchSession' });
        user.set(undefined);
        await driver.service.prefetchSession();
        expect(driver.prefetches()).toBe(0);
        user.set('ada');
        await driver.service.prefetchSession({ customerId: 'bakery' });
        expect(driver.prefetches()).toBe(1);
        const opening = driver.service.open();
        const before = driver.prefetches();
        await driver.service.prefetchSession({ customerId: 'cycles' });
        expect(driver.prefetches()).toBe(before);
        await driver.show();
        await opening;
      });
    });
  });
}
