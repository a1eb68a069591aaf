import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
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
import {
  ChargebeePortalHarness,
  ChargebeePortalTestingController,
  provideChargebeePortalTesting,
} from './public-api';

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
    <button [chargebeePortal]="section" preload="none" aria-haspopup="true">Bound</button>
  `,
})
class Page {
  readonly portal = inject(ChargebeePortalService);
  readonly section = 'ADDRESS';
  readonly seen: PortalEvent[] = [];
  readonly failures: PortalError[] = [];
}

describe('The testing kit', () => {
  function setUp() {
    TestBed.configureTestingModule({ providers: [provideChargebeePortalTesting()] });
    const fixture = TestBed.createComponent(Page);
    const loader = TestbedHarnessEnvironment.loader(fixture);
    return {
      page: fixture.componentInstance,
      portal: TestBed.inject(ChargebeePortalTestingController),
      button: () => loader.getHarness(ChargebeePortalHarness.with({ text: 'Payment methods' })),
      bound: () => loader.getHarness(ChargebeePortalHarness.with({ text: 'Bound' })),
      card: () => loader.getHarness(ChargebeePortalHarness.with({ text: /card/ })),
    };
  }

  it('finds an element whose section is bound', async () => {
    const { portal, bound } = setUp();
    await (await bound()).press();
    expect(portal.expectOpen().options).toEqual(jasmine.objectContaining({ section: 'ADDRESS' }));
  });

  it('tells what was opened, and has things happen in it', async () => {
    const { page, portal, button } = setUp();
    const harness = await button();
    await harness.press();
    expect(portal.expectOpen().options.section).toBe('PAYMENT_SOURCES');
    expect(await harness.isBusy()).toBeTrue();
    expect(await harness.isDisabled()).toBeTrue();
    expect(page.portal.status()).toBe('opening');
    portal.emit({ type: 'loaded' });
    expect(await harness.isBusy()).toBeFalse();
    expect(page.portal.isOpen()).toBeTrue();
    portal.emit({ type: 'subscriptionCancelled', subscription: { id: 'sub-1' } });
    portal.emit({ type: 'close' });
    expect(page.seen.map(({ type }) => type)).toEqual(['loaded', 'subscriptionCancelled', 'close']);
    expect(page.portal.status()).toBe('idle');
    portal.verify();
  });

  it('opens the page for payment methods', async () => {
    const { portal, card } = setUp();
    await (await card()).press();
    expect(portal.expectManagePaymentSources().kind).toBe('paymentSources');
  });

  it('fails an opening with a code, or with an error', async () => {
    const { page, portal, button } = setUp();
    await (await button()).press();
    portal.expectOpen();
    portal.failWith('RATE_LIMITED', { retryAfter: 5 });
    expect(await (await button()).isBusy()).toBeFalse();
    expect(page.failures).toEqual([
      jasmine.objectContaining({ code: 'RATE_LIMITED', retryAfter: 5 }),
    ]);
    await (await button()).press();
    portal.emit({ type: 'loaded' });
    const error = new PortalError('PORTAL_FAILED');
    portal.failWith(error);
    expect(page.failures.at(-1)).toBe(error);
    expect(page.portal.error()).toBe(error);
    expect(page.portal.status()).toBe('idle');
  });

  it('tells what was asked for ahead of time', async () => {
    const { page, portal, button } = setUp();
    await (await button()).hover();
    expect(portal.preloads).toBe(1);
    expect(portal.prefetches).toEqual([{ customerId: undefined }]);
    await (await button()).focus();
    expect(await (await button()).isFocused()).toBeTrue();
    await page.portal.logout();
    await page.portal.prefetchSession();
    expect(portal.logouts).toBe(1);
  });

  it('is as strict as the portal with a section’s parameters', async () => {
    const { page, portal } = setUp();
    const options = { section: 'EDIT_SUBSCRIPTION' } as unknown as PortalOpenOptions;
    expect(await rejection(page.portal.open(options))).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
    expect(page.portal.error()?.argument).toBe('subscriptionId');
    portal.verify();
  });

  it('takes a second call for the same opening, and one while open for another', async () => {
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

  it('tells everybody of an event before the opener, as the real one does', () => {
    const { page, portal } = setUp();
    const told: string[] = [];
    page.portal.events.subscribe(() => told.push('everybody'));
    void page.portal.open({ onEvent: () => told.push('opener') });
    portal.emit({ type: 'loaded' });
    expect(told).toEqual(['everybody', 'opener']);
  });

  it('complains of what is not as expected', () => {
    const { page, portal } = setUp();
    expect(() => portal.expectOpen()).toThrowError(/found: none/);
    expect(() => portal.emit({ type: 'loaded' })).toThrowError(/nothing is open/);
    expect(() => portal.failWith('UNKNOWN')).toThrowError(/nothing is open/);
    void page.portal.open();
    expect(() => portal.verify()).toThrowError('Opened, and not expected: portal.');
    expect(() => portal.expectManagePaymentSources()).toThrowError(/found: portal/);
  });
});
