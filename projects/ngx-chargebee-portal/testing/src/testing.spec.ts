import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ChargebeePaymentSourcesDirective,
  ChargebeePortalDirective,
  ChargebeePortalService,
  PortalError,
  type PortalEvent,
  type PortalOpenOptions,
} from 'ngx-chargebee-portal';
import { rejection } from '../../test/setup';
import { ChargebeePortalTestingController, provideChargebeePortalTesting } from './public-api';

@Component({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      chargebeePortal="PAYMENT_SOURCES"
      preload="intent"
      #p="chargebeePortal"
      [disabled]="p.busy()"
      (portalEvent)="seen.push($event)"
      (portalError)="failures.push($event)"
    >
      Payment methods
    </button>
    <button chargebeePaymentSources preload="none">Update card</button>
  `,
})
class Page {
  readonly portal = inject(ChargebeePortalService);
  readonly seen: PortalEvent[] = [];
  readonly failures: PortalError[] = [];
}

@Component({
  imports: [ChargebeePortalDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button chargebeePortal #p="chargebeePortal" (portalError)="failure.set($event)">
      {{ p.busy() ? 'Opening' : 'Manage billing' }}
    </button>
    {{ failure()?.code }}
  `,
})
class ErrorPage {
  readonly failure = signal<PortalError | undefined>(undefined);
}

describe('provideChargebeePortalTesting', () => {
  function setUp() {
    TestBed.configureTestingModule({ providers: [provideChargebeePortalTesting()] });
    const fixture = TestBed.createComponent(Page);
    const buttons = (fixture.nativeElement as HTMLElement).querySelectorAll('button');
    return {
      fixture,
      page: fixture.componentInstance,
      portal: TestBed.inject(ChargebeePortalTestingController),
      button: buttons[0],
      card: buttons[1],
    };
  }

  it('returns the options of an opening, and emits events', async () => {
    const { fixture, page, portal, button } = setUp();
    await fixture.whenStable();
    button.click();
    await fixture.whenStable();
    expect(portal.expectOpen().options.section).toBe('PAYMENT_SOURCES');
    expect(button.getAttribute('aria-busy')).toBe('true');
    expect(button.disabled).toBeTrue();
    expect(page.portal.status()).toBe('opening');
    portal.emit({ type: 'loaded' });
    await fixture.whenStable();
    expect(button.hasAttribute('aria-busy')).toBeFalse();
    expect(page.portal.isOpen()).toBeTrue();
    portal.emit({ type: 'subscriptionCancelled', subscription: { id: 'sub-1' } });
    portal.emit({ type: 'close' });
    expect(page.seen.map(({ type }) => type)).toEqual(['loaded', 'subscriptionCancelled', 'close']);
    expect(page.portal.status()).toBe('idle');
    portal.verify();
  });

  it('opens the page for payment methods', () => {
    const { portal, card } = setUp();
    card.click();
    expect(portal.expectManagePaymentSources().kind).toBe('paymentSources');
  });

  it('fails a portal with a code or an error', async () => {
    const { fixture, page, portal, button } = setUp();
    await fixture.whenStable();
    button.click();
    portal.expectOpen();
    portal.failWith('RATE_LIMITED', { retryAfter: 5 });
    await fixture.whenStable();
    expect(button.hasAttribute('aria-busy')).toBeFalse();
    expect(page.failures).toEqual([
      jasmine.objectContaining({ code: 'RATE_LIMITED', retryAfter: 5 }),
    ]);
    button.click();
    portal.emit({ type: 'loaded' });
    const error = new PortalError('PORTAL_FAILED');
    portal.failWith(error);
    expect(page.failures.at(-1)).toBe(error);
    expect(page.portal.error()).toBe(error);
    expect(page.portal.status()).toBe('idle');
  });

  it('is not stable until the button shows that the portal is open, or has failed', async () => {
    TestBed.configureTestingModule({ providers: [provideChargebeePortalTesting()] });
    const portal = TestBed.inject(ChargebeePortalTestingController);
    const fixture = TestBed.createComponent(ErrorPage);
    const element = fixture.nativeElement as HTMLElement;
    const press = async () => {
      element.querySelector('button')!.click();
      await fixture.whenStable();
      expect(element.textContent).toContain('Opening');
    };
    await fixture.whenStable();
    await press();
    portal.failWith('BILLING_UNAVAILABLE');
    await fixture.whenStable();
    expect(element.textContent).toContain('BILLING_UNAVAILABLE');
    expect(element.textContent).not.toContain('Opening');

    await press();
    portal.emit({ type: 'loaded' });
    await fixture.whenStable();
    expect(element.textContent).not.toContain('Opening');
  });

  it('records calls of preload, prefetchSession and logout', async () => {
    const { fixture, page, portal, button } = setUp();
    await fixture.whenStable();
    button.dispatchEvent(new PointerEvent('pointerenter'));
    expect(portal.preloads).toBe(1);
    expect(portal.prefetches).toEqual([{ customerId: undefined }]);
    await page.portal.logout();
    await page.portal.prefetchSession();
    expect(portal.logouts).toBe(1);
  });

  it('rejects missing parameters of a section, as the real service does', async () => {
    const { page, portal } = setUp();
    const options = { section: 'EDIT_SUBSCRIPTION' } as unknown as PortalOpenOptions;
    expect(await rejection(page.portal.open(options))).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
    expect(page.portal.error()?.argument).toBe('subscriptionId');
    portal.verify();
  });

  it('returns the same promise while opening, and replaces an open portal', async () => {
    const { page, portal } = setUp();
    const events: string[] = [];
    page.portal.events.subscribe(({ type }) => events.push(type));
    const first = page.portal.open();
    expect(page.portal.open()).toBe(first);
    portal.expectOpen();
    portal.emit({ type: 'loaded' });
    await first;
    void page.portal.managePaymentSources();
    portal.expectManagePaymentSources();
    expect(events).toEqual(['loaded', 'close']);
    await page.portal.logout();
    expect(events).toEqual(['loaded', 'close', 'close']);
    page.portal.close();
  });

  it('emits an event to `events` before the opener, as the real service does', () => {
    const { page, portal } = setUp();
    const received: string[] = [];
    page.portal.events.subscribe(() => received.push('events'));
    void page.portal.open({ onEvent: () => received.push('opener') });
    portal.emit({ type: 'loaded' });
    expect(received).toEqual(['events', 'opener']);
  });

  it('throws if an expectation is not met', () => {
    const { page, portal } = setUp();
    expect(() => portal.expectOpen()).toThrowError(/found: none/);
    expect(() => portal.emit({ type: 'loaded' })).toThrowError(/nothing is open/);
    expect(() => portal.failWith('UNKNOWN')).toThrowError(/nothing is open/);
    void page.portal.open();
    expect(() => portal.verify()).toThrowError('Opened, and not expected: portal.');
    expect(() => portal.expectManagePaymentSources()).toThrowError(/found: portal/);
  });
});
