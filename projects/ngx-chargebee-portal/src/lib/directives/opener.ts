import {
  afterNextRender,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  NgZone,
  signal,
  type OutputEmitterRef,
  type Signal,
} from '@angular/core';
import { PORTAL_FRAME } from '../chargebee-js/portal-frame';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { OpenerCallbacks } from '../portal/portal-options';
import type { PortalPreload } from '../portal/portal-preload';
import { ChargebeePortalService } from '../portal/portal-service';
import { PRELOAD } from '../setup/tokens';
import { createHostElement } from './host-element';

/** The inputs and outputs that both directives have. */
export interface OpenerDirective {
  readonly preload: Signal<PortalPreload | null | undefined>;
  readonly disabled: Signal<boolean>;
  readonly routerLink: Signal<unknown>;
  readonly portalEvent: OutputEmitterRef<PortalEvent>;
  readonly portalClosed: OutputEmitterRef<void>;
  readonly portalError: OutputEmitterRef<PortalError>;
}

/** The calls with which a directive opens the portal or another page. */
export interface OpenerActions {
  open(portal: ChargebeePortalService, callbacks: OpenerCallbacks): Promise<void>;
  /** Requests the session ahead of the click. */
  prefetch(portal: ChargebeePortalService): Promise<void>;
}

/** Opens the portal when the element of a directive is pressed, and prepares for that. Create it in an injection context. */
export class Opener {
  readonly #directive: OpenerDirective;
  readonly #actions: OpenerActions;
  readonly #portal = inject(ChargebeePortalService);
  readonly #defaultPreload = inject(PRELOAD);
  readonly #destroyRef = inject(DestroyRef);
  readonly #zone = inject(NgZone);
  readonly #host = createHostElement(inject<ElementRef<HTMLElement>>(ElementRef).nativeElement);
  /** Of the last press, until it is settled: resolves when the portal is shown. */
  readonly #shown = signal<Promise<void> | undefined>(undefined);
  /** Set when preparing has failed, until the next press, which reports it; and while focus is restored. */
  #ignoresIntent = false;

  /** Whether the portal is opening. */
  readonly busy = computed(() => !!this.#shown());

  constructor(directive: OpenerDirective, actions: OpenerActions) {
    this.#directive = directive;
    this.#actions = actions;
    this.#applyDisabled();
    afterNextRender(() => this.#prepare()); // Never on the server.
  }

  /** Handles a click on the element. */
  press(event: MouseEvent): void {
    this.#ignoresIntent = false;
    const isDisabled = this.#isDisabled();
    if (!isDisabled && this.#opensElsewhere(event)) return;
    if (this.#host.isLink()) {
      // A click that Angular replays after hydration has been prevented already, and throws when it is again.
      if (!event.defaultPrevented) event.preventDefault();
    }
    if (isDisabled) return;
    // Also while it is busy: its customer may be another one by now.
    const shown = this.#actions.open(this.#portal, {
      onEvent: (portalEvent) => this.#emit(portalEvent),
      onError: (error) => this.#fail(error),
      ɵisButtonDestroyed: () => this.#destroyRef.destroyed,
    });
    this.#shown.set(shown);
    const settle = (error: PortalError | void) => {
      // Another customer's has taken its place, or this was a double click.
      if (shown !== this.#shown()) return;
      this.#shown.set(undefined);
      if (error) this.#fail(error);
    };
    shown.then(settle, settle);
  }

  /** Whether a click on a link is meant to open its address in another tab or window. */
  #opensElsewhere({ ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
    return this.#host.isLink() && (ctrlKey || metaKey || shiftKey);
  }

  #isDisabled(): boolean {
    return this.#directive.disabled() || this.#host.isDisabled();
  }

  /** Passes the `disabled` input on. It leaves alone what the application has done to the element otherwise. */
  #applyDisabled(): void {
    let applied = this.#host.wasDisabled;
    effect(() => {
      const isDisabled = this.#directive.disabled();
      if (!isDisabled && !applied) return;
      applied = isDisabled;
      this.#host.disable(isDisabled);
    });
  }

  #prepare(): void {
    if (this.#preload() === 'idle') {
      // Safari has no idle callbacks.
      ((window as Partial<Window>).requestIdleCallback ?? setTimeout)(() => {
        if (!this.#destroyRef.destroyed) this.#loadScript();
      });
    }
    const { element } = this.#host;
    element.addEventListener('pointerenter', () => this.#intend()); // Fires for touch too.
    element.addEventListener('focus', () => this.#intend());
    element.addEventListener('keydown', (event) => this.#pressByKey(event));
    element.addEventListener('click', (event) => this.#overruleRouterLink(event), {
      capture: true,
    });
  }

  #preload(): PortalPreload {
    return this.#directive.preload() ?? this.#defaultPreload;
  }

  #loadScript(): void {
    this.#portal.preload().catch(() => (this.#ignoresIntent = true));
  }

  /** The person points at the element, or focuses it. Browsers report this of disabled buttons too. */
  #intend(): void {
    if (this.#ignoresIntent || this.#destroyRef.destroyed) return;
    if (this.#preload() !== 'intent' || this.#isDisabled()) return;
    this.#loadScript();
    this.#actions.prefetch(this.#portal).catch(() => (this.#ignoresIntent = true));
  }

  /** Does for other elements what a button does by itself: Enter and Space press it. */
  #pressByKey(event: KeyboardEvent): void {
    const { element, handlesKeys } = this.#host;
    if (handlesKeys || event.repeat || event.target !== element) return;
    if (event.key !== ' ' && (event.key !== 'Enter' || this.#host.isLink())) return;
    event.preventDefault();
    element.click();
  }

  /** With `routerLink` on the same element, opens the portal and keeps the click from RouterLink, which would navigate. */
  #overruleRouterLink(event: MouseEvent): void {
    if (this.#directive.routerLink() == null || this.#opensElsewhere(event)) return;
    event.stopImmediatePropagation();
    this.#zone.run(() => this.press(event));
  }

  #emit(event: PortalEvent): void {
    if (this.#destroyRef.destroyed) return;
    const isClose = event.type === 'close';
    if (isClose) this.#restoreFocus();
    this.#directive.portalEvent.emit(event);
    if (isClose) this.#directive.portalClosed.emit();
  }

  #fail(error: PortalError): void {
    if (this.#destroyRef.destroyed) return;
    this.#restoreFocus();
    this.#directive.portalError.emit(error);
  }

  /** Focuses the element now, and again once chargebee.js has removed its iframe, or the element is enabled again. */
  #restoreFocus(): void {
    this.#takeFocus();
    setTimeout(() => this.#takeFocus());
  }

  /** Focuses the element, unless the person has moved on and focus is somewhere else in the page. */
  #takeFocus(): void {
    if (!document.activeElement?.matches(`body, ${PORTAL_FRAME}`)) return;
    const ignored = this.#ignoresIntent;
    this.#ignoresIntent = true;
    this.#host.focus();
    this.#ignoresIntent = ignored;
  }
}
