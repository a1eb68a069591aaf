import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ChargebeePaymentSourcesDirective, ChargebeePortalDirective } from 'ngx-chargebee-portal';
import {
  ChargebeePortalTestingController,
  provideChargebeePortalTesting,
} from 'ngx-chargebee-portal/testing';
import { ChargebeePortalHarness } from './public-api';

@Component({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button chargebeePortal="PAYMENT_SOURCES" preload="intent">Payment methods</button>
    <button chargebeePaymentSources preload="none">Update card</button>
    <button [chargebeePortal]="section" preload="none">Bound</button>
    <fieldset disabled><button chargebeePortal preload="none">In a fieldset</button></fieldset>
    <a chargebeePortal preload="none" href="/invoices" aria-disabled="true">A disabled link</a>
  `,
})
class Page {
  readonly section = 'ADDRESS';
}

describe('ChargebeePortalHarness', () => {
  function createPage() {
    TestBed.configureTestingModule({ providers: [provideChargebeePortalTesting()] });
    const loader = TestbedHarnessEnvironment.loader(TestBed.createComponent(Page));
    return {
      portal: TestBed.inject(ChargebeePortalTestingController),
      loader,
      find: (text: string | RegExp) => loader.getHarness(ChargebeePortalHarness.with({ text })),
    };
  }

  it('finds the elements of both directives, with bound inputs too', async () => {
    const { loader } = createPage();
    const all = await loader.getAllHarnesses(ChargebeePortalHarness);
    expect(await Promise.all(all.map((each) => each.text()))).toEqual([
      'Payment methods',
      'Update card',
      'Bound',
      'In a fieldset',
      'A disabled link',
    ]);
  });

  it('clicks an element', async () => {
    const { portal, find } = createPage();
    await (await find('Bound')).press();
    expect(portal.expectOpen().options).toEqual(jasmine.objectContaining({ section: 'ADDRESS' }));
    portal.emit({ type: 'close' });
    await (await find(/card/)).press();
    expect(portal.expectManagePaymentSources().kind).toBe('paymentSources');
  });

  it('reports the element as busy while the portal is opening', async () => {
    const { portal, find } = createPage();
    const button = await find('Payment methods');
    expect(await button.isBusy()).toBeFalse();
    await button.press();
    expect(await button.isBusy()).toBeTrue();
    portal.emit({ type: 'loaded' });
    expect(await button.isBusy()).toBeFalse();
  });

  it('reports an element as disabled by any means', async () => {
    const { find } = createPage();
    expect(await (await find('Bound')).isDisabled()).toBeFalse();
    expect(await (await find('In a fieldset')).isDisabled()).toBeTrue();
    expect(await (await find('A disabled link')).isDisabled()).toBeTrue();
  });

  it('hovers over and focuses an element', async () => {
    const { portal, find } = createPage();
    const button = await find('Payment methods');
    await button.hover();
    expect(portal.preloads).toBe(1);
    expect(await button.isFocused()).toBeFalse();
    await button.focus();
    expect(await button.isFocused()).toBeTrue();
  });
});
