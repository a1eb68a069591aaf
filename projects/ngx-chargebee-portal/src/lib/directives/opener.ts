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

/** The inputs and outputs of both directives. */
export interface OpenerDirective {
  readonly preload: Signal<PortalPreload | null | undefined>;
  readonly disabled: Signal<boolean>;
  readonly routerLink: Signal<unknown>;
  readonly portalEvent: OutputEmitterRef<PortalEvent>;
  readonly portalClosed: OutputEmitterRef<void>;
  readonly portalError: OutputEmitterRef<PortalError>;
}

/** The calls that differ between the directives. */
export interface OpenerActions {
  open(portal: ChargebeePortalService, callbacks: OpenerCallbacks): Promise<void>;
  /** Requests the session before the click. */
  prefetch(portal: ChargebeePortalService): Promise<void>;
}

/**
 * The behaviour of both directives: loads chargebee.js ahead, opens the portal when the element is clicked, and restores the
 * focus afterwards. Requires an injection context.
 */
export class Opener {
  readonly #directive: OpenerDirective;
  readonly #actions: OpenerActions;
  readonly #portal = inject(ChargebeePortalService);
  readonly #defaultPreload = inject(PRELOAD);
  readonly #destroyRef = inject(DestroyRef);
  readonly #zone = inject(NgZone);
  readonly #host = createHostElement(inject<ElementRef<HTMLElement>>(ElementRef).nativeElement);
  /** The promise of the last click's `open()` call, until it has settled. */
  readonly #shown = signal<Promise<void> | undefined>(undefined);
  /** Set after preloading has failed, so that it is not repeated before the next click, and while the focus is restored. */
  #ignoresIntent = false;

  /** Whether the portal is opening. */
  readonly busy = computed(() => !!this.#shown());

  constructor(directive: OpenerDirective, actions: OpenerActions) {
    this.#directive = directive;
    this.#actions = actions;
    this.#applyDisabled();
    afterNextRender(() => this.#prepare()); // Does not run on the server.
  }

  /** Handles a click on the element. */
  press(event: MouseEvent): void {
    this.#ignoresIntent = false;
    const isDisabled = this.#isDisabled();
    if (!isDisabled && this.#opensElsewhere(event)) return;
    if (this.#host.isLink()) {
      // A click that Angular replays after hydration is prevented already, and its `preventDefault()` throws.
      if (!event.defaultPrevented) event.preventDefault();
    }
    if (isDisabled) return;
    // Also called while it is busy, since the customer may have changed. A double click returns the same promise.
    const shown = this.#actions.open(this.#portal, {
      onEvent: (portalEvent) => this.#emit(portalEvent),
      onError: (error) => this.#fail(error),
      ɵisButtonDestroyed: () => this.#destroyRef.destroyed,
    });
    this.#shown.set(shown);
    const settle = (error: PortalError | void) => {
      // A later click has replaced it, or this is the second handler of a double click.
      if (shown !== this.#shown()) return;
      this.#shown.set(undefined);
      if (error) this.#fail(error);
    };
    shown.then(settle, settle);
  }

  /** Returns whether the user opens the address of a link in another tab or window with this click. */
  #opensElsewhere({ ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
    return this.#host.isLink() && (ctrlKey || metaKey || shiftKey);
  }

  #isDisabled(): boolean {
    return this.#directive.disabled() || this.#host.isDisabled();
  }

  /** Applies the `disabled` input to the element. While it is false, a `disabled` that the application has set stays. */
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
    element.addEventListener('pointerenter', () => this.#onIntent()); // Fires for touch too.
    element.addEventListener('focus', () => this.#onIntent());
    element.addEventListener('keydown', (event) => this.#onKey(event));
    element.addEventListener('click', (event) => this.#overrideRouterLink(event), {
      capture: true,
    });
  }

  #preload(): PortalPreload {
    return this.#directive.preload() ?? this.#defaultPreload;
  }

  #loadScript(): void {
    this.#portal.preload().catch(() => (this.#ignoresIntent = true));
  }

  /** Called when the user points at the element or focuses it, also if it is a disabled button. */
  #onIntent(): void {
    if (this.#ignoresIntent || this.#destroyRef.destroyed) return;
    if (this.#preload() !== 'intent' || this.#isDisabled()) return;
    this.#loadScript();
    this.#actions.prefetch(this.#portal).catch(() => (this.#ignoresIntent = true));
  }

  /**
   * Clicks an element that is not a button on Enter and Space, as browsers do for a button. A key that is held down clicks once:
   * browsers would click a button or a link again and again, which closes the portal and opens another one.
   */
  #onKey(event: KeyboardEvent): void {
    const { element, handlesKeys } = this.#host;
    if (event.target !== element) return;
    const isEnter = event.key === 'Enter';
    if (event.repeat) {
      if (isEnter) event.preventDefault();
    } else if (!handlesKeys && (event.key === ' ' || (isEnter && !this.#host.isLink()))) {
      event.preventDefault();
      element.dispatchEvent(new MouseEvent('click', event)); // SVG elements have no `click()`.
    }
  }

  /** If the element also has `routerLink`, opens the portal and stops the click, so that RouterLink does not navigate. */
  #overrideRouterLink(event: MouseEvent): void {
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

  /** Focuses the element now, and again in the next task: only then chargebee.js has removed its iframe, or it is enabled. */
  #restoreFocus(): void {
    this.#takeFocus();
    setTimeout(() => this.#takeFocus());
  }

  /** Focuses the element, unless the user has moved the focus to another element of the page. */
  #takeFocus(): void {
    if (!document.activeElement?.matches(`body, ${PORTAL_FRAME}`)) return;
    const ignored = this.#ignoresIntent;
    this.#ignoresIntent = true;
    this.#host.focus();
    this.#ignoresIntent = ignored;
  }
}
