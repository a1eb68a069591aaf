import {
  ChangeDetectionStrategy,
  Component,
  createEnvironmentInjector,
  EnvironmentInjector,
  inject,
  signal,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeBackend } from '../../../test/fake-backend';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, rejection, setup, until } from '../../../test/setup';
import {
  ChargebeePortalDirective,
  ChargebeePortalService,
  PortalError,
  provideChargebeePortal,
  withBackend,
  withIdentity,
  withPortalEvents,
  type PortalErrorContext,
  type PortalFeature,
} from '../../public-api';

@Component({
  imports: [ChargebeePortalDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `@if (shown()) {
    <button chargebeePortal preload="none" (portalError)="failures.push($event)">Billing</button>
  }`,
})
class Menu {
  readonly shown = signal(true);
  readonly failures: PortalError[] = [];
}

describe('withPortalEvents', () => {
  afterEach(() => FakeChargebee.uninstall());

  function record() {
    const calls: string[] = [];
    const contexts: PortalErrorContext[] = [];
    const feature = withPortalEvents(() => ({
      onEvent: ({ type }) => calls.push(type),
      onError: ({ code }, context) => {
        calls.push(code);
        contexts.push(context);
      },
    }));
    return { calls, contexts, feature };
  }

  it('reports every event and every error of the service', async () => {
    const { calls, contexts, feature } = record();
    const { service, backend, chargebee } = setup({ features: [feature] });
    await service.open();
    const instance = chargebee.getInstance();
    instance.emit('subscriptionPaused', { subscription: { id: 'sub-1' } });
    instance.close();
    backend.failure = new PortalError('FORBIDDEN');
    await service.logout();
    await rejection(service.managePaymentSources());
    expect(calls).toEqual(['loaded', 'subscriptionPaused', 'close', 'FORBIDDEN']);
    expect(contexts).toEqual([{ buttonDestroyed: false }]);
  });

  it('reports an error of an open portal once', async () => {
    const { calls, feature } = record();
    const { service, chargebee } = setup({ features: [feature] });
    await service.open();
    chargebee.getInstance().emit('error', new Error('trouble'));
    await until(() => service.status() === 'idle');
    expect(calls).toEqual(['loaded', 'PORTAL_FAILED']);
  });

  it('reports a wrong argument', async () => {
    const { calls, feature } = record();
    const { service } = setup({ features: [feature] });
    await rejection(service.open({ section: 'EDIT_SUBSCRIPTION', params: { subscriptionId: '' } }));
    expect(calls).toEqual(['BAD_USER_INPUT']);
  });

  it('reports whether the button was destroyed, so that its output did not emit the error', async () => {
    const { contexts, feature } = record();
    const { backend } = setup({ features: [feature] });
    const fixture = TestBed.createComponent(Menu);
    await fixture.whenStable();
    const { failures, shown } = fixture.componentInstance;
    const press = () => (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    backend.failure = new PortalError('BILLING_UNAVAILABLE');
    press();
    await until(() => contexts.length === 1);
    await nextTask();
    expect(contexts).toEqual([{ buttonDestroyed: false }]);
    expect(failures.length).toBe(1);

    backend.hold();
    press();
    shown.set(false);
    await fixture.whenStable();
    backend.release();
    await until(() => contexts.length === 2);
    await nextTask();
    expect(contexts[1]).toEqual({ buttonDestroyed: true });
    expect(failures.length).toBe(1);
  });

  it('reports the events of a route’s portal to the application, also if nothing has injected its service yet', async () => {
    const { calls, feature } = record();
    const chargebee = new FakeChargebee().install();
    const setUp = (...features: PortalFeature[]) =>
      provideChargebeePortal(
        { site: 'acme-test' },
        withBackend(() => new FakeBackend()),
        withIdentity(() => 'user-1'),
        ...features,
      );
    TestBed.configureTestingModule({ providers: [setUp(feature)] });
    const route = createEnvironmentInjector([setUp()], TestBed.inject(EnvironmentInjector));
    await route.get(ChargebeePortalService).open();
    chargebee.getInstance().close();
    expect(calls).toEqual(['loaded', 'close']);
    route.destroy();
  });

  it('is called before `events` and before the opener', async () => {
    const order: string[] = [];
    const feature = withPortalEvents(() => ({ onEvent: () => order.push('feature') }));
    const { service } = setup({ features: [feature] });
    service.events.subscribe(() => order.push('events'));
    await service.open({ onEvent: () => order.push('opener') });
    expect(order).toEqual(['feature', 'events', 'opener']);
  });

  it('can inject services that inject the portal', async () => {
    let injected: unknown;
    const feature = withPortalEvents(() => {
      injected = inject(ChargebeePortalService);
      return {};
    });
    const { service } = setup({ features: [feature] });
    expect(injected).toBeUndefined();
    await service.open();
    expect(injected).toBe(service);
  });

  it('can be added several times, and a listener that throws does not stop the others', async () => {
    const reported = spyOn(window, 'reportError');
    const failing = withPortalEvents(() => ({
      onEvent: () => {
        throw new Error('of the listener');
      },
    }));
    const broken = withPortalEvents(() => {
      throw new Error('of the factory');
    });
    const { calls, feature } = record();
    const { service } = setup({ features: [failing, broken, feature] });
    await service.open();
    expect(calls).toEqual(['loaded']);
    expect(reported.calls.allArgs().map(([error]) => (error as Error).message)).toEqual([
      'of the listener',
      'of the factory',
    ]);
  });
});
