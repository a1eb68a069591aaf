import { ErrorHandler, inject, Injectable, signal, type OnDestroy } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { TestBed } from '@angular/core/testing';
import { BehaviorSubject, from, Observable, Subject, throwError } from 'rxjs';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, rejection, setup } from '../../../test/setup';
import type { PortalIdentity, PortalIdentitySource } from '../portal/portal-identity';
import { withIdentity } from '../setup/with-identity';

describe('withIdentity', () => {
  let handleError: jasmine.Spy;

  beforeEach(() => (handleError = spyOn(ErrorHandler.prototype, 'handleError')));
  afterEach(() => FakeChargebee.uninstall());

  const setUp = (factory: () => PortalIdentitySource) =>
    setup({ features: [withIdentity(factory)] });

  /** Opens the portal as one user, changes to another, and expects the first one's portal and session to be gone. */
  async function expectChangeToEnd(
    { service, chargebee }: ReturnType<typeof setup>,
    change: () => void,
  ): Promise<void> {
    TestBed.tick();
    await service.open();
    change();
    TestBed.tick();
    expect(service.status()).toBe('idle');
    expect(chargebee.getInstance().authenticated).toBeFalse();
    await service.open();
    expect(chargebee.getInstance().tokens).toEqual(['token-1', 'token-2']);
  }

  it('accepts a signal', async () => {
    const user = signal('user-1');
    await expectChangeToEnd(
      setUp(() => user),
      () => user.set('user-2'),
    );
  });

  it('accepts an observable, and subscribes once', async () => {
    const user = new BehaviorSubject('user-1');
    let subscriptions = 0;
    const counted = new Observable<string>((observer) => {
      subscriptions++;
      return user.subscribe(observer);
    });
    await expectChangeToEnd(
      setUp(() => counted),
      () => user.next('user-2'),
    );
    expect(subscriptions).toBe(1);
    TestBed.resetTestingModule();
    expect(user.observed).toBeFalse();
  });

  it('accepts a signal that the factory creates, and runs the factory once', async () => {
    const user = new BehaviorSubject<PortalIdentity>('user-1');
    let runs = 0;
    const set = setUp(() => {
      runs++;
      return toSignal(user);
    });
    await expectChangeToEnd(set, () => user.next('user-2'));
    expect(runs).toBe(1);
    expect(handleError).not.toHaveBeenCalled();
  });

  it('accepts a plain value, and reads it at each opening', async () => {
    @Injectable({ providedIn: 'root' })
    class Auth {
      userId = 'user-1';
    }
    const { service, chargebee } = setUp(() => inject(Auth).userId);
    await service.prefetchSession();
    TestBed.inject(Auth).userId = 'user-2';
    await service.open();
    // Not `token-1`, whose session was preloaded for the first user.
    expect(chargebee.getInstance().tokens).toEqual(['token-2']);
  });

  it('tracks the signals that a plain value is read from', async () => {
    const user = signal({ id: 'user-1' });
    await expectChangeToEnd(
      setUp(() => user().id),
      () => user.set({ id: 'user-2' }),
    );
  });

  it('treats an observable that has not emitted yet as signed out', async () => {
    const user = new Subject<string>();
    const { service, backend } = setUp(() => user);
    TestBed.tick();
    await service.prefetchSession();
    expect(backend.sessions).toEqual([]);
    user.next('user-1');
    await service.prefetchSession();
    expect(backend.sessions.length).toBe(1);
  });

  it('warns of an observable that completes, since it cannot report the next user', async () => {
    const warn = spyOn(console, 'warn');
    const { service } = setUp(() => from(Promise.resolve('user-1')));
    TestBed.tick();
    await nextTask();
    await service.open();
    expect(warn).toHaveBeenCalledOnceWith(jasmine.stringMatching(/withIdentity\(\) has completed/));
  });

  it('does not warn of an observable that completes when the application is destroyed', () => {
    @Injectable({ providedIn: 'root' })
    class Auth implements OnDestroy {
      readonly userId = new BehaviorSubject('user-1');
      ngOnDestroy(): void {
        this.userId.complete();
      }
    }
    const warn = spyOn(console, 'warn');
    setUp(() => inject(Auth).userId);
    TestBed.tick();
    TestBed.resetTestingModule();
    expect(warn).not.toHaveBeenCalled();
  });

  it('tracks the source of a factory that has failed at first', async () => {
    const user = signal<{ id: string } | undefined>(undefined);
    const set = setUp(() => user()!.id);
    TestBed.tick();
    expect(handleError).toHaveBeenCalledTimes(1);
    user.set({ id: 'user-1' });
    await expectChangeToEnd(set, () => user.set({ id: 'user-2' }));
    expect(handleError).toHaveBeenCalledTimes(1);
  });

  const mistakes: [string, () => unknown, RegExp][] = [
    ['an object', () => ({ id: 'user-1' }), /a value of type object/],
    ['a signal of an object', () => signal({ id: 'user-1' }), /a value of type object/],
    ['a boolean', () => true, /a value of type boolean/],
    ['NaN', () => Number('user'), /NaN/],
    ['a promise', () => Promise.resolve('user-1'), /a promise.*Return a signal or an observable/],
    ['an observable that fails', () => throwError(() => new Error('offline')), /failed: .*offline/],
    [
      'a value for which it subscribes each time',
      () => toSignal(new Subject())(),
      /failed: .*NG0602/,
    ],
  ];
  for (const [what, factory, message] of mistakes) {
    it(`rejects ${what} with an error that explains it, and opens nothing`, async () => {
      const { service, backend } = setUp(factory as () => PortalIdentitySource);
      TestBed.tick();
      expect(handleError.calls.allArgs()).toEqual([
        [jasmine.objectContaining({ code: 'NOT_CONFIGURED' })],
      ]);
      const error = await rejection(service.open());
      expect(error).toEqual(
        jasmine.objectContaining({
          code: 'NOT_CONFIGURED',
          argument: 'withIdentity',
          message: jasmine.stringMatching(message),
        }),
      );
      expect(backend.sessions).toEqual([]);
    });
  }

  describe('when a sign-in completes while the portal opens', () => {
    it('continues, with a session of that user', async () => {
      const user = signal<string | undefined>(undefined);
      const { service, backend, chargebee } = setUp(() => user);
      backend.hold();
      const opening = service.open();
      await nextTask();
      user.set('user-1');
      TestBed.tick();
      backend.release();
      await opening;
      expect(service.status()).toBe('open');
      expect(chargebee.getInstance().tokens).toEqual(['token-2']);
    });

    it('ends the page for payment methods if chargebee.js has it already', async () => {
      const user = signal<string | undefined>(undefined);
      const { service, chargebee } = setUp(() => user);
      const instance = chargebee.init({ site: 'acme-test' });
      instance.silent = true;
      const failure = rejection(service.managePaymentSources());
      await nextTask();
      expect(instance.hostedPages.length).toBe(1);
      user.set('user-1');
      TestBed.tick();
      expect(service.status()).toBe('idle');
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'IDENTITY_CHANGED' }));
    });

    it('ends a portal that was opened before', async () => {
      const user = signal<string | undefined>(undefined);
      const { service } = setUp(() => user);
      await service.open();
      user.set('user-1');
      TestBed.tick();
      expect(service.status()).toBe('idle');
    });
  });

  it('clears the error of the previous user', async () => {
    const user = signal('user-1');
    const { service, backend } = setUp(() => user);
    TestBed.tick();
    backend.failure = new Error('down');
    await rejection(service.open());
    expect(service.error()).toBeDefined();
    user.set('user-2');
    TestBed.tick();
    expect(service.error()).toBeUndefined();
  });
});
