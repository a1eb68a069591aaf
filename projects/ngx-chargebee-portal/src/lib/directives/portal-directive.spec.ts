import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { fakeBrowser, PHONE, passBlockingTime } from '../../../test/fake-browser';
import { FakeChargebee } from '../../../test/fake-chargebee';
import { nextTask, setup, type SetupOptions, until } from '../../../test/setup';
import type { PortalPreload } from '../portal/portal-preload';
import { ChargebeePaymentSourcesDirective } from './payment-sources-directive';
import { ChargebeePortalDirective } from './portal-directive';
import { PortalError } from '../portal/portal-error';
import type { PortalSection } from '../portal/portal-sections';

@Component({
  imports: [ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (shown()) {
      <form (submit)="log('submit')">
        <button
          id="button"
          #p="chargebeePortal"
          [chargebeePortal]="section()"
          [subscriptionId]="subscriptionId()"
          [customerId]="customerId()"
          [preload]="preload()"
          [disabled]="p.busy()"
          (portalEvent)="log($event.type)"
          (portalClosed)="log('portalClosed')"
          (portalError)="log($event.code)"
        >
          Manage billing
        </button>
      </form>
      <a id="link" href="#billing" chargebeePortal preload="none">Billing</a>
      <a id="bound" [href]="address()" chargebeePortal preload="none">Billing</a>
      <map name="image"
        ><area id="area" href="#billing" alt="Billing" chargebeePortal preload="none"
      /></map>
      <svg><g id="shape" chargebeePortal preload="none"></g></svg>
      <div id="around" chargebeePortal preload="none"><input id="inner" /></div>
      <span
        id="span"
        chargebeePortal
        preload="none"
        [customerId]="customerId()"
        (portalEvent)="spanLogged.push($event.type)"
        (portalError)="spanLogged.push($event.code)"
        >Billing</span
      >
      <span id="item" chargebeePortal preload="none" role="menuitem" tabindex="-1">Billing</span>
      <input id="input" type="button" chargebeePortal preload="none" value="Billing" />
      <button id="submit" type="submit" chargebeePortal preload="none">Billing</button>
      <button
        id="cards"
        chargebeePaymentSources
        preload="intent"
        (portalEvent)="log($event.type)"
        (portalClosed)="log('portalClosed')"
        (portalError)="log($event.code)"
      >
        Update card
      </button>
    }
  `,
})
class Page {
  readonly shown = signal(true);
  readonly section = signal<PortalSection | ''>('');
  readonly subscriptionId = signal<string | undefined>(undefined);
  readonly customerId = signal<string | undefined>(undefined);
  readonly preload = signal<PortalPreload>('none');
  readonly address = signal('#billing');
  readonly logged: string[] = [];
  readonly spanLogged: string[] = [];

  log(entry: string): void {
    this.logged.push(entry);
  }
}

describe('ChargebeePortalDirective', () => {
  let fixture: ComponentFixture<Page>;
  let page: Page;

  afterEach(() => {
    (fixture.nativeElement as HTMLElement).remove();
    FakeChargebee.uninstall();
  });

  async function render(options?: SetupOptions, adjust?: (page: Page) => void) {
    const setUp = setup(options);
    fixture = TestBed.createComponent(Page);
    page = fixture.componentInstance;
    adjust?.(page);
    document.body.append(fixture.nativeElement as HTMLElement);
    await fixture.whenStable();
    return setUp;
  }

  const element = <T extends HTMLElement = HTMLButtonElement>(id: string): T =>
    (fixture.nativeElement as HTMLElement).querySelector<T>(`#${id}`)!;

  const pressed = (key: string, options: KeyboardEventInit = {}) =>
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options });

  it('opens the portal on click, and emits its events', async () => {
    const { chargebee, service } = await render();
    element('button').click();
    await until(service.isOpen);
    chargebee.getInstance().emit('visit', 'sub_details');
    chargebee.getInstance().close();
    expect(page.logged).toEqual(['loaded', 'visit', 'close', 'portalClosed']);
  });

  it('opens the portal with the section, subscription and customer of its inputs', async () => {
    const { chargebee, service, backend } = await render(undefined, (p) => {
      p.section.set('EDIT_SUBSCRIPTION');
      p.subscriptionId.set('sub-1');
      p.customerId.set('bakery');
    });
    element('button').click();
    await until(service.isOpen);
    expect(chargebee.getInstance().page?.forward).toEqual({
      sectionType: 'edit_subscription',
      params: { subscriptionId: 'sub-1', paymentSourceId: undefined },
    });
    expect(backend.sessions[0].customerId).toBe('bakery');
  });

  it('emits an error for a missing parameter', async () => {
    await render(undefined, (p) => p.section.set('SUBSCRIPTION_CANCELLATION'));
    element('button').click();
    await nextTask();
    expect(page.logged).toEqual(['BAD_USER_INPUT']);
  });

  it('sets aria-busy while it opens, and aria-haspopup', async () => {
    const { service, backend } = await render();
    const button = element('button');
    expect(button.getAttribute('aria-haspopup')).toBe('dialog');
    expect(button.hasAttribute('aria-busy')).toBeFalse();
    backend.hold();
    button.click();
    await fixture.whenStable();
    expect(button.getAttribute('aria-busy')).toBe('true');
    expect(button.disabled).toBeTrue();
    backend.release();
    await until(service.isOpen);
    await nextTask();
    await fixture.whenStable();
    expect(button.hasAttribute('aria-busy')).toBeFalse();
    expect(button.disabled).toBeFalse();
  });

  it('opens once, with one session, on a double click', async () => {
    const { service, backend } = await render();
    element('button').click();
    element('button').click();
    await until(service.isOpen);
    expect(backend.sessions.length).toBe(1);
  });

  it('opens for the customer of the last click, also while it is opening for another one', async () => {
    const { service, backend } = await render(undefined, (p) => p.customerId.set('bakery'));
    const button = element('span');
    backend.hold();
    button.click();
    page.customerId.set('cycles');
    await fixture.whenStable();
    button.click();
    await nextTask();
    await fixture.whenStable();
    expect(button.getAttribute('aria-busy')).toBe('true');
    backend.release();
    await until(service.isOpen);
    expect(backend.sessions.map(({ customerId }) => customerId)).toEqual(['bakery', 'cycles']);
    expect(page.spanLogged).toEqual(['loaded']);
  });

  it('emits a failure once, and can open again', async () => {
    const { service, backend } = await render();
    backend.failure = new PortalError('BILLING_UNAVAILABLE');
    element('span').click();
    element('button').click();
    element('button').click();
    await nextTask();
    await nextTask();
    expect(page.logged).toEqual(['BILLING_UNAVAILABLE']);
    backend.failure = undefined;
    await fixture.whenStable();
    element('button').click();
    await until(service.isOpen);
    expect(service.error()).toBeUndefined();
  });

  it('emits a failure while the portal is open', async () => {
    const { service, chargebee } = await render();
    element('button').click();
    await until(service.isOpen);
    chargebee.getInstance().emit('error', new Error('trouble'));
    await nextTask();
    expect(page.logged).toEqual(['loaded', 'PORTAL_FAILED']);
  });

  it('moves the focus into the portal, so that Space and Enter do not press the button again', async () => {
    const { service } = await render();
    element('button').focus();
    element('button').click();
    await until(service.isOpen);
    expect(document.activeElement).toBe(document.querySelector('#cb-frame'));
  });

  it('restores the focus when the portal is closed', async () => {
    const { service, chargebee } = await render();
    element('button').click();
    await until(service.isOpen);
    const frame = document.querySelector<HTMLIFrameElement>('#cb-frame')!;
    frame.focus();
    expect(document.activeElement).toBe(frame);
    chargebee.getInstance().close();
    expect(document.activeElement).toBe(element('button'));
  });

  it('does not take the focus from an iframe of the page, such as an editor', async () => {
    const { backend } = await render();
    const editor = document.createElement('iframe');
    document.body.append(editor);
    backend.failure = new PortalError('BILLING_UNAVAILABLE');
    element('button').click();
    editor.focus();
    await until(() => page.logged.length > 0);
    await nextTask();
    expect(document.activeElement).toBe(editor);
    editor.remove();
  });

  it('does not take the focus from where it was moved to meanwhile', async () => {
    fakeBrowser({ userAgent: PHONE });
    const { service, chargebee } = await render({ script: 'window' });
    element('button').click();
    await until(service.isOpen);
    element('inner').focus();
    chargebee.getInstance().close();
    await nextTask();
    expect(page.logged).toContain('portalClosed');
    expect(document.activeElement).toBe(element('inner'));
  });

  it('restores the focus if the element loses it right after the portal was closed', async () => {
    const { service, chargebee } = await render();
    element('button').click();
    await until(service.isOpen);
    chargebee.getInstance().close();
    element('button').blur();
    await nextTask();
    expect(document.activeElement).toBe(element('button'));
  });

  it('restores the focus after a failure although it was disabled meanwhile', async () => {
    const { backend } = await render();
    backend.hold();
    backend.failure = new PortalError('BILLING_UNAVAILABLE');
    element('button').focus();
    element('button').click();
    await fixture.whenStable();
    element('button').blur(); // As browsers do for a disabled button.
    backend.release();
    await until(() => page.logged.length > 0);
    await fixture.whenStable();
    await nextTask();
    expect(document.activeElement).toBe(element('button'));
  });

  it('does not submit its form, unless its type is submit', async () => {
    await render();
    element('button').click();
    expect(page.logged).not.toContain('submit');
    expect(element('button').type).toBe('button');
    expect(element('submit').type).toBe('submit');
    expect(element<HTMLInputElement>('input').type).toBe('button');
  });

  describe('on elements other than buttons', () => {
    it('is a button for assistive technology and the keyboard', async () => {
      await render();
      expect(element('span').getAttribute('role')).toBe('button');
      expect(element('span').tabIndex).toBe(0);
      expect(element('link').getAttribute('role')).toBe('button');
      expect(element('link').hasAttribute('tabindex')).toBeFalse();
    });

    it('keeps the role and tabindex of the template', async () => {
      await render();
      expect(element('item').getAttribute('role')).toBe('menuitem');
      expect(element('item').tabIndex).toBe(-1);
      expect(element('input').hasAttribute('role')).toBeFalse();
    });

    for (const id of ['span', 'shape']) {
      for (const key of ['Enter', ' ']) {
        it(`opens by ${key === ' ' ? 'Space' : key} (${id})`, async () => {
          const { service } = await render();
          const event = pressed(key);
          element(id).dispatchEvent(event);
          expect(service.status()).toBe('opening');
          expect(event.defaultPrevented).toBeTrue();
          await until(service.isOpen);
        });
      }
    }

    it('opens a link by Space, and leaves Enter to the browser', async () => {
      const { service } = await render();
      const enter = pressed('Enter');
      element('link').dispatchEvent(enter);
      expect(enter.defaultPrevented).toBeFalse();
      expect(service.status()).toBe('idle');
      element('link').dispatchEvent(pressed(' '));
      expect(service.status()).toBe('opening');
      await until(service.isOpen);
    });

    it('opens by a click that is replayed, for which preventDefault() throws', async () => {
      const { service } = await render();
      const press = new MouseEvent('click', { bubbles: true, cancelable: true });
      press.preventDefault();
      press.preventDefault = () => {
        throw new Error('preventDefault called during event replay.');
      };
      element('link').dispatchEvent(press);
      expect(service.status()).toBe('opening');
      await until(service.isOpen);
    });

    it('ignores other keys, repeated keys, and the keys of a button', async () => {
      const { service } = await render();
      element('span').dispatchEvent(pressed('a'));
      element('span').dispatchEvent(pressed('Enter', { repeat: true }));
      element('button').dispatchEvent(pressed('Enter'));
      expect(service.status()).toBe('idle');
    });

    for (const id of ['button', 'link']) {
      it(`opens once by an Enter key that is held down (${id})`, async () => {
        await render();
        const held = pressed('Enter', { repeat: true });
        element(id).dispatchEvent(held);
        expect(held.defaultPrevented).toBeTrue(); // It does not become the browser's own click.
      });
    }

    for (const id of ['link', 'bound', 'area']) {
      it(`does not follow the link by a click or Enter (${id})`, async () => {
        const { service } = await render();
        const enter = pressed('Enter');
        element(id).dispatchEvent(enter);
        expect(enter.defaultPrevented).toBeFalse(); // It becomes the browser's own click.
        const click = new MouseEvent('click', { bubbles: true, cancelable: true });
        element(id).dispatchEvent(click);
        expect(click.defaultPrevented).toBeTrue();
        await until(service.isOpen);
      });
    }

    it('ignores keys that are typed into an element inside', async () => {
      const { service } = await render();
      const space = pressed(' ');
      element('inner').dispatchEvent(space);
      expect(space.defaultPrevented).toBeFalse();
      expect(service.status()).toBe('idle');
    });

    for (const modifier of ['ctrlKey', 'metaKey', 'shiftKey'] as const) {
      it(`leaves a click with ${modifier} on a link to the browser`, async () => {
        const { service } = await render();
        const click = new MouseEvent('click', { cancelable: true, [modifier]: true });
        element('link').addEventListener('click', (event) => event.preventDefault());
        element('link').dispatchEvent(click);
        expect(service.status()).toBe('idle');
      });
    }
  });

  describe('preloading', () => {
    it('loads the script when the browser is idle, and requests no session', async () => {
      const chargebee = new FakeChargebee();
      const { backend, service } = await render({ script: 'missing' }, (p) =>
        p.preload.set('idle'),
      );
      const preload = spyOn(service, 'preload').and.callThrough();
      await until(() => preload.calls.count() > 0);
      expect(backend.sessions).toEqual([]);
      expect(chargebee.inits).toEqual([]);
    });

    for (const type of ['pointerenter', 'focus']) {
      it(`loads the script and requests a session on ${type} with intent`, async () => {
        const { backend, service } = await render({}, (p) => {
          p.preload.set('intent');
          p.customerId.set('bakery');
        });
        const preload = spyOn(service, 'preload').and.callThrough();
        element('button').dispatchEvent(new Event(type));
        element('button').dispatchEvent(new Event(type));
        await nextTask();
        expect(preload).toHaveBeenCalled();
        expect(backend.sessions.map(({ customerId }) => customerId)).toEqual(['bakery']);
      });
    }

    it('does not report a failure before the click', async () => {
      const { backend } = await render({ script: 'missing' }, (p) => p.preload.set('intent'));
      backend.failure = new PortalError('UNAUTHENTICATED');
      element('button').dispatchEvent(new Event('pointerenter'));
      await nextTask();
      expect(page.logged).toEqual([]);
    });

    it('is not repeated by pointing after a failure, until the next click', async () => {
      const { backend, service, chargebee } = await render({}, (p) => p.preload.set('intent'));
      backend.failure = new PortalError('RATE_LIMITED');
      for (let times = 0; times < 3; times++) {
        element('button').dispatchEvent(new Event('pointerenter'));
        await nextTask();
      }
      expect(backend.sessions.length).toBe(1);
      backend.failure = undefined;
      element('button').click();
      await until(service.isOpen);
      chargebee.getInstance().close();
      await service.logout();
      element('button').dispatchEvent(new Event('pointerenter'));
      await nextTask();
      expect(backend.sessions.length).toBe(3);
    });

    it('does not start when the focus is restored', async () => {
      const { windows } = fakeBrowser({ userAgent: PHONE });
      const { backend, service } = await render({ script: 'missing' }, (p) =>
        p.preload.set('intent'),
      );
      element('button').click();
      await until(service.isOpen);
      passBlockingTime();
      windows[0].close();
      await until(() => page.logged.includes('close'));
      await nextTask();
      expect(document.activeElement).toBe(element('button'));
      expect(backend.sessions.length).toBe(1);
    });

    it('does nothing when the button is disabled', async () => {
      const { backend } = await render({}, (p) => p.preload.set('intent'));
      element('button').disabled = true;
      element('button').dispatchEvent(new Event('pointerenter'));
      await nextTask();
      expect(backend.sessions).toEqual([]);
    });

    it('does nothing before the click with `none`', async () => {
      const { backend, service } = await render();
      const preload = spyOn(service, 'preload').and.callThrough();
      element('button').dispatchEvent(new Event('pointerenter'));
      await nextTask();
      expect(preload).not.toHaveBeenCalled();
      expect(backend.sessions).toEqual([]);
    });
  });

  it('keeps the portal open when its component is destroyed, and emits nothing more', async () => {
    const { service, chargebee, backend } = await render({}, (p) => p.preload.set('intent'));
    const button = element('button');
    button.click();
    await until(service.isOpen);
    page.shown.set(false);
    await fixture.whenStable();
    page.logged.length = 0;
    expect(service.isOpen()).toBeTrue();
    const warn = spyOn(console, 'warn');
    button.dispatchEvent(new Event('pointerenter'));
    chargebee.getInstance().close();
    await nextTask();
    expect(page.logged).toEqual([]);
    expect(warn.calls.allArgs()).toEqual([]);
    expect(backend.sessions.length).toBe(1);
  });

  it('does not emit a failure after its component is destroyed', async () => {
    const { backend } = await render();
    backend.hold();
    backend.failure = new PortalError('UNAUTHENTICATED');
    element('button').click();
    await nextTask();
    page.shown.set(false);
    await fixture.whenStable();
    const warn = spyOn(console, 'warn');
    backend.release();
    await nextTask();
    await nextTask();
    expect(page.logged).toEqual([]);
    // Angular warns of an output that emits after its directive is destroyed.
    expect(warn.calls.allArgs().join()).toContain('UNAUTHENTICATED');
    expect(warn.calls.allArgs().join()).not.toContain('destroyed');
  });

  it('opens its window within the click on a phone without the script', async () => {
    const { windows } = fakeBrowser({ userAgent: PHONE });
    await render({ script: 'missing' });
    element('button').click();
    expect(windows.length).toBe(1);
    await nextTask();
  });

  describe('of the page for payment methods', () => {
    it('opens it on click, and emits its events', async () => {
      const { service, backend, chargebee } = await render();
      element('cards').dispatchEvent(new Event('pointerenter'));
      element('cards').click();
      await until(service.isOpen);
      expect(backend.pages.length).toBe(1);
      expect(backend.sessions).toEqual([]);
      chargebee.getInstance().emit('success', 'page_1');
      chargebee.getInstance().close();
      expect(page.logged).toEqual(['loaded', 'success', 'close', 'portalClosed']);
    });

    it('emits a failure', async () => {
      const { backend } = await render();
      backend.failure = new PortalError('FORBIDDEN');
      element('cards').click();
      await nextTask();
      await nextTask();
      expect(page.logged).toEqual(['FORBIDDEN']);
    });
  });
});
