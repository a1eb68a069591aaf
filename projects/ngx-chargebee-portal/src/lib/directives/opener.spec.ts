import {
  ChangeDetectionStrategy,
  Component,
  createComponent,
  CUSTOM_ELEMENTS_SCHEMA,
  EnvironmentInjector,
  input,
  inputBinding,
  signal,
  type Type,
} from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter, Router, RouterLink } from '@angular/router';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, setup, type SetupOptions, until } from '../../../test/setup';
import { withPreload } from '../setup/with-preload';
import { ChargebeePaymentSourcesDirective } from './payment-sources-directive';
import { ChargebeePortalDirective } from './portal-directive';

/** A button of a component library: a custom element with a button inside. */
@Component({
  selector: 'lib-button',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<button type="button" [disabled]="disabled()"><ng-content /></button>`,
})
class LibButton {
  readonly disabled = input(false);
}

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Empty {}

/** A web component, without Angular. */
class WebButton extends HTMLElement {
  disabled = false;
}
customElements.define('test-web-button', WebButton);

@Component({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective, LibButton],
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button id="button" chargebeePortal preload="intent" [disabled]="disabled()">Billing</button>
    <button id="static" chargebeePortal preload="intent" disabled>Billing</button>
    <button id="attribute" chargebeePortal preload="intent" [attr.disabled]="''">Billing</button>
    <button id="aria" chargebeePortal preload="intent" aria-disabled="true">Billing</button>
    <fieldset disabled>
      <button id="fieldset" chargebeePortal preload="intent">Billing</button>
    </fieldset>
    <a id="link" href="#billing" chargebeePortal preload="intent" [disabled]="disabled()"
      >Billing</a
    >
    <span id="span" chargebeePortal preload="intent" [disabled]="disabled()">Billing</span>
    <lib-button id="lib" chargebeePortal preload="intent" [disabled]="disabled()"
      >Billing</lib-button
    >
    <test-web-button id="web" chargebeePortal preload="intent" [disabled]="disabled()"
      >B</test-web-button
    >
    <test-web-button id="address" href="#billing" chargebeePortal preload="none">B</test-web-button>
    <test-web-button id="role" chargebeePortal preload="none" role="button"
      >Billing</test-web-button
    >
    <button id="cards" chargebeePaymentSources preload="intent" [disabled]="disabled()">
      Cards
    </button>
    <button
      id="null"
      [chargebeePortal]="null"
      [subscriptionId]="null"
      [paymentSourceId]="null"
      [customerId]="null"
      [locale]="null"
      [preload]="null"
      [disabled]="null"
    >
      Billing
    </button>
    <button
      id="undefined"
      [chargebeePortal]="undefined"
      [subscriptionId]="undefined"
      [paymentSourceId]="undefined"
      [customerId]="undefined"
      [locale]="undefined"
      [preload]="undefined"
      [disabled]="undefined"
    >
      Billing
    </button>
    <button
      id="null-cards"
      chargebeePaymentSources
      [customerId]="null"
      [locale]="null"
      [preload]="null"
      [disabled]="null"
    >
      Cards
    </button>
    <button id="french" chargebeePortal preload="none" locale="fr">Facturation</button>
    <button id="french-cards" chargebeePaymentSources preload="none" locale="fr">Cartes</button>
  `,
})
class Page {
  readonly disabled = signal(false);
}

describe('An element that opens the portal', () => {
  let fixture: ComponentFixture<unknown>;

  afterEach(() => {
    fixture.destroy(); // Before the browser is idle, so that no script loads during the next spec.
    (fixture.nativeElement as HTMLElement).remove();
    FakeChargebee.uninstall();
  });

  async function render<T>(component: Type<T>, options?: SetupOptions) {
    const setUp = setup(options);
    const created = TestBed.createComponent(component);
    fixture = created;
    document.body.append(fixture.nativeElement as HTMLElement);
    await fixture.whenStable();
    return Object.assign(setUp, { page: created.componentInstance });
  }

  const element = <T extends HTMLElement = HTMLButtonElement>(id: string): T =>
    (fixture.nativeElement as HTMLElement).querySelector<T>(`#${id}`)!;

  /** Sends every event of a button that a user points at, focuses, presses keys on and clicks. */
  function useElement(id: string): void {
    element(id).dispatchEvent(new Event('pointerenter'));
    element(id).dispatchEvent(new Event('focus'));
    for (const key of ['Enter', ' ']) {
      element(id).dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
    }
    element(id).dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  }

  describe('when it is disabled', () => {
    for (const id of ['button', 'link', 'span', 'lib', 'web', 'cards']) {
      it(`by its input, neither opens nor prefetches (${id})`, async () => {
        const { page, service, backend } = await render(Page);
        page.disabled.set(true);
        await fixture.whenStable();
        useElement(id);
        await nextTask();
        expect(service.status()).toBe('idle');
        expect([...backend.sessions, ...backend.pages]).toEqual([]);

        page.disabled.set(false);
        await fixture.whenStable();
        element(id).click();
        expect(service.status()).toBe('opening');
        await until(service.isOpen);
      });
    }

    for (const id of ['static', 'attribute', 'aria', 'fieldset']) {
      it(`by the page, neither opens nor prefetches (${id})`, async () => {
        const { service, backend } = await render(Page);
        useElement(id);
        await nextTask();
        expect(service.status()).toBe('idle');
        expect(backend.sessions).toEqual([]);
      });
    }

    it('is disabled for the browser and for assistive technology', async () => {
      const { page } = await render(Page);
      const states = () => [
        element('button').disabled,
        element('cards').disabled,
        element<WebButton>('web').disabled,
        element('lib').querySelector('button')?.disabled,
        element('link').getAttribute('aria-disabled') === 'true',
        element('span').getAttribute('aria-disabled') === 'true',
      ];
      expect(states()).toEqual(states().map(() => false));
      page.disabled.set(true);
      await fixture.whenStable();
      expect(states()).toEqual(states().map(() => true));
      page.disabled.set(false);
      await fixture.whenStable();
      expect(states()).toEqual(states().map(() => false));
    });

    it('keeps a `disabled` that the page has set itself', async () => {
      await render(Page);
      expect(element('static').disabled).toBeTrue();
      expect(element('attribute').disabled).toBeTrue();
      expect(element('aria').getAttribute('aria-disabled')).toBe('true');
    });

    it('does not follow its link', async () => {
      const { page } = await render(Page);
      page.disabled.set(true);
      await fixture.whenStable();
      const click = new MouseEvent('click', { ctrlKey: true, cancelable: true });
      element('link').dispatchEvent(click);
      expect(click.defaultPrevented).toBeTrue();
    });
  });

  describe('when it is a custom element', () => {
    it('gets neither a role nor a tab stop', async () => {
      await render(Page);
      for (const id of ['lib', 'web']) {
        expect(element(id).hasAttribute('role')).toBeFalse();
        expect(element(id).hasAttribute('tabindex')).toBeFalse();
        expect(element(id).hasAttribute('aria-haspopup')).toBeFalse();
      }
    });

    it('opens once by a click on the button inside, and does not handle keys', async () => {
      const { service, backend } = await render(Page);
      element('lib').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
      expect(service.status()).toBe('idle');
      element('lib').querySelector('button')?.click();
      await until(service.isOpen);
      expect(backend.sessions.length).toBe(1);
    });

    it('focuses the button inside when the portal is closed', async () => {
      const { service, chargebee } = await render(Page);
      element('lib').querySelector('button')?.click();
      await until(service.isOpen);
      chargebee.getInstance().close();
      await until(() => service.status() === 'idle');
      await nextTask();
      expect(document.activeElement).toBe(element('lib').querySelector('button'));
    });

    it('prevents the browser from following its href, in case the component puts a link inside', async () => {
      const { service } = await render(Page);
      const click = new MouseEvent('click', { bubbles: true, cancelable: true });
      element('address').dispatchEvent(click);
      expect(click.defaultPrevented).toBeTrue();
      await until(service.isOpen);
    });

    it('is a button like other elements if the page gives it a role', async () => {
      const { service } = await render(Page);
      expect(element('role').tabIndex).toBe(0);
      element('role').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
      expect(service.status()).toBe('opening');
      await until(service.isOpen);
    });
  });

  for (const id of ['null', 'undefined']) {
    it(`accepts ${id} for every input`, async () => {
      const { service, chargebee, backend } = await render(Page);
      element(id).click();
      await until(service.isOpen);
      const instance = chargebee.getInstance();
      expect(service.error()).toBeUndefined();
      expect(instance.page?.forward).toBeUndefined();
      expect(backend.sessions[0].customerId).toBeUndefined();
      expect(instance.locales).toEqual([]);
    });
  }

  it('accepts null for the inputs of chargebeePaymentSources', async () => {
    const { service } = await render(Page);
    element('null-cards').click();
    await until(service.isOpen);
    expect(service.error()).toBeUndefined();
  });

  for (const id of ['french', 'french-cards']) {
    it(`opens in the language of its input (${id})`, async () => {
      const { service, chargebee } = await render(Page, { config: { locale: 'de' } });
      element(id).click();
      await until(service.isOpen);
      expect(chargebee.getInstance().locales).toEqual(['fr']);
    });
  }

  describe('with routerLink', () => {
    @Component({
      imports: [RouterLink, ChargebeePortalDirective],
      changeDetection: ChangeDetectionStrategy.OnPush,
      template: `
        <a id="before" routerLink="/invoices" chargebeePortal preload="none"><b>Billing</b></a>
        <a id="bound" chargebeePortal preload="none" [routerLink]="['/invoices']">Billing</a>
        <button id="button" chargebeePortal preload="none" routerLink="/invoices">Billing</button>
        <a id="off" chargebeePortal preload="none" [routerLink]="null">Billing</a>
      `,
    })
    class Linked {}

    @Component({
      imports: [ChargebeePortalDirective, RouterLink],
      changeDetection: ChangeDetectionStrategy.OnPush,
      template: `<a id="after" chargebeePortal preload="none" routerLink="/invoices">Billing</a>`,
    })
    class LinkedLast {}

    const routed: SetupOptions = { providers: [provideRouter([])] };

    for (const [component, id] of [
      [Linked, 'before'],
      [Linked, 'bound'],
      [Linked, 'button'],
      [LinkedLast, 'after'],
    ] as [Type<unknown>, string][]) {
      it(`opens the portal and does not navigate (${id})`, async () => {
        const { service } = await render(component, routed);
        const navigate = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
        const click = new MouseEvent('click', { bubbles: true, cancelable: true });
        (element(id).querySelector('b') ?? element(id)).dispatchEvent(click);
        expect(service.status()).toBe('opening');
        expect(click.defaultPrevented).toBe(id !== 'button');
        await until(service.isOpen);
        expect(navigate).not.toHaveBeenCalled();
      });
    }

    it('leaves a click with a modifier to the browser, which opens the link in another tab', async () => {
      const { service } = await render(Linked, routed);
      const click = new MouseEvent('click', { ctrlKey: true, cancelable: true });
      element('before').addEventListener('click', (event) => event.preventDefault());
      element('before').dispatchEvent(click);
      expect(service.status()).toBe('idle');
      expect(element('before').getAttribute('href')).toBe('/invoices');
    });

    it('opens the portal by a click with a modifier if there is no link', async () => {
      const { service } = await render(Linked, routed);
      const navigate = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
      element('button').dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true }));
      await until(service.isOpen);
      expect(navigate).not.toHaveBeenCalled();
    });

    it('does not stop the click for other listeners if routerLink is null', async () => {
      const { service } = await render(Linked, routed);
      const seen = jasmine.createSpy('seen');
      (fixture.nativeElement as HTMLElement).addEventListener('click', seen);
      element('off').click();
      expect(seen).toHaveBeenCalled();
      await until(service.isOpen);
    });
  });

  describe('with withPreload', () => {
    @Component({
      imports: [ChargebeePortalDirective],
      changeDetection: ChangeDetectionStrategy.OnPush,
      template: `<button id="default" chargebeePortal>Billing</button>
        <button id="own" chargebeePortal preload="intent">Billing</button>`,
    })
    class TwoButtons {}

    it('sets `intent` for the whole application', async () => {
      const { backend } = await render(TwoButtons, { features: [withPreload('intent')] });
      element('default').dispatchEvent(new Event('pointerenter'));
      await nextTask();
      expect(backend.sessions.length).toBe(1);
    });

    it('loads nothing before the click with `none`, unless a button sets its input', async () => {
      const { backend, service } = await render(TwoButtons, { features: [withPreload('none')] });
      const preload = spyOn(service, 'preload').and.callThrough();
      element('default').dispatchEvent(new Event('pointerenter'));
      await new Promise((resolve) => requestIdleCallback(resolve));
      expect(preload).not.toHaveBeenCalled();
      element('own').dispatchEvent(new Event('pointerenter'));
      await nextTask();
      expect(preload).toHaveBeenCalled();
      expect(backend.sessions.length).toBe(1);
    });
  });
});

describe('An element that the server has rendered disabled', () => {
  afterEach(() => FakeChargebee.uninstall());

  /** Renders the directive on an element, and returns a copy with the attributes of the rendered HTML. */
  function renderOn<T extends HTMLElement>(hostElement: T, isDisabled: boolean): T {
    const created = createComponent(Empty, {
      hostElement,
      environmentInjector: TestBed.inject(EnvironmentInjector),
      directives: [
        {
          type: ChargebeePortalDirective,
          bindings: [inputBinding('disabled', () => isDisabled)],
        },
      ],
    });
    created.changeDetectorRef.detectChanges();
    const html = hostElement.cloneNode() as T;
    created.destroy();
    return html;
  }

  for (const name of ['button', 'span']) {
    it(`is enabled in the browser if its input is false (${name})`, () => {
      setup();
      const rendered = renderOn(document.createElement(name), true);
      expect(rendered.matches(':disabled,[aria-disabled="true"]')).toBeTrue();
      renderOn(rendered, false);
      expect(rendered.matches(':disabled,[aria-disabled="true"]')).toBeFalse();
    });
  }

  it('disables a web component in the browser, which the HTML cannot do', () => {
    setup();
    const rendered = renderOn(document.createElement('test-web-button') as WebButton, true);
    expect(rendered.disabled).toBeFalse();
    renderOn(rendered, true);
    expect(rendered.disabled).toBeTrue();
  });
});
