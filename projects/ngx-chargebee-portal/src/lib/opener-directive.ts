import {
  afterNextRender,
  DestroyRef,
  Directive,
  ElementRef,
  inject,
  input,
  NgZone,
  output,
  signal,
} from '@angular/core';
import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalCallbacks } from './portal-options';
import { ChargebeePortalService } from './portal-service';
import { whenIdle } from './when-idle';

/**
 * When chargebee.js is loaded, ahead of the click.
 *
 * - `idle`: when the browser has nothing else to do.
 * - `intent`: on hover, focus or touch, and a session with it.
 * - `none`: by the click alone.
 */
export type PortalPreload = 'idle' | 'intent' | 'none';

/** What the directives have in common: a button, or anything else that is pressed, that opens something of Chargebee's. */
@Directive({
  host: {
    'aria-haspopup': 'dialog',
    '[attr.aria-busy]': 'busy() || null',
    '[attr.type]': 'type',
    '[attr.role]': 'role',
    '[attr.tabindex]': 'tabindex',
    '(click)': 'press($event)',
    '(keydown.enter)': 'pressByKey($event)',
    '(keydown.space)': 'pressByKey($event)',
  },
})
export abstract class OpenerDirective {
  /** Chargebee's id of the customer; needed only for a user with several. */
  readonly customerId = input<string>();
  /** When chargebee.js is loaded, ahead of the click. */
  readonly preload = input<PortalPreload>('idle');

  /** Everything that happens in what this element opened. */
  readonly portalEvent = output<PortalEvent>();
  /** It is closed; focus is back on this element. */
  readonly portalClosed = output<void>();
  /** It could not be opened, or failed later. */
  readonly portalError = output<PortalError>();

  protected readonly portal = inject(ChargebeePortalService);
  readonly #busy = signal(false);
  /** Whether this element's opening is under way. */
  readonly busy = this.#busy.asReadonly();

  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  readonly #isButton = /^(button|input)$/.test(this.#host.localName);
  readonly #isLink = this.#host.localName === 'a' && this.#host.hasAttribute('href');
  // Not a form's submit button, unless it says so; and pressed by keys, whatever element it is.
  protected readonly type = this.#attribute('type', this.#host.localName === 'button', 'button');
  protected readonly role = this.#attribute('role', !this.#isButton, 'button');
  protected readonly tabindex = this.#attribute('tabindex', !this.#isButton && !this.#isLink, '0');
  #destroyed = false;

  constructor() {
    const zone = inject(NgZone);
    const listening = new AbortController();
    afterNextRender(() => {
      zone.runOutsideAngular(() => this.#preload(listening.signal));
    });
    inject(DestroyRef).onDestroy(() => {
      this.#destroyed = true;
      listening.abort();
    });
  }

  /** Opens it. */
  protected abstract open(callbacks: PortalCallbacks): Promise<void>;
  /** Asks for its session, where that can be done ahead of time. */
  protected abstract prefetch(): Promise<void>;

  protected press(event: MouseEvent): void {
    // A link's own address stays for what is meant to open elsewhere.
    if (this.#isLink && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    if (this.#host.localName === 'a') event.preventDefault();
    if (this.#busy()) return;
    this.#busy.set(true);
    this.open({
      onEvent: (portalEvent) => this.#tell(portalEvent),
      onError: (error) => this.#fail(error),
    })
      .catch((error: PortalError) => this.#fail(error))
      .finally(() => this.#busy.set(false));
  }

  /** What a button does by itself, for other elements. */
  protected pressByKey(event: Event): void {
    const key = event as KeyboardEvent;
    if (this.#isButton || key.repeat || (this.#isLink && key.key === 'Enter')) return;
    key.preventDefault();
    this.#host.click();
  }

  /** The attribute as the template has it, else a default where that is wanted. */
  #attribute(name: string, wanted: boolean, value: string): string | null {
    return this.#host.getAttribute(name) ?? (wanted ? value : null);
  }

  #preload(signal: AbortSignal): void {
    const load = () => {
      this.portal.preload().catch(() => undefined); // The click does without, then.
    };
    if (this.preload() === 'idle') whenIdle(load, signal);
    const intend = () => {
      if (this.preload() !== 'intent') return;
      load();
      this.prefetch().catch(() => undefined); // The click asks again, and tells.
    };
    for (const type of ['pointerenter', 'pointerdown', 'focus']) {
      this.#host.addEventListener(type, intend, { signal, passive: true });
    }
  }

  #tell(event: PortalEvent): void {
    if (this.#destroyed) return;
    if (event.type === 'close') this.#takeFocus();
    this.portalEvent.emit(event);
    if (event.type === 'close') this.portalClosed.emit();
  }

  #takeFocus(): void {
    const { ownerDocument } = this.#host;
    this.#host.focus();
    // What chargebee.js takes out of the page after this may take the focus with it.
    setTimeout(() => {
      if (ownerDocument.activeElement === ownerDocument.body) this.#host.focus();
    });
  }

  #fail(error: PortalError): void {
    if (!this.#destroyed) this.portalError.emit(error);
  }
}
