import {
  afterNextRender,
  DestroyRef,
  ElementRef,
  inject,
  signal,
  type InputSignal,
  type OutputEmitterRef,
  type Signal,
} from '@angular/core';
import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalCallbacks } from './portal-options';
import { ChargebeePortalService } from './portal-service';

/**
 * When chargebee.js is loaded, ahead of the click.
 *
 * - `idle`: when the browser has nothing else to do.
 * - `intent`: on hover, focus or touch, and a session with it.
 * - `none`: by the click alone.
 */
export type PortalPreload = 'idle' | 'intent' | 'none';

/** What the directives have in common for their users. */
export interface OpenerDirective {
  readonly preload: InputSignal<PortalPreload>;
  readonly portalEvent: OutputEmitterRef<PortalEvent>;
  readonly portalClosed: OutputEmitterRef<void>;
  readonly portalError: OutputEmitterRef<PortalError>;
}

/** What makes an element open something of Chargebee's when it is pressed. */
export interface Opener {
  readonly busy: Signal<boolean>;
  /** Takes the element's click. */
  press(event: MouseEvent): void;
}

/**
 * Makes the element of a directive an opener. Runs in an injection context.
 *
 * @param directive The directive, with what it tells.
 * @param open Opens what the directive is for.
 * @param prefetch Asks for its session ahead of time.
 */
export function opener(
  directive: OpenerDirective,
  open: (portal: ChargebeePortalService, callbacks: PortalCallbacks) => Promise<void>,
  prefetch: (portal: ChargebeePortalService) => Promise<void>,
): Opener {
  const portal = inject(ChargebeePortalService);
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const life = inject(DestroyRef);
  const busy = signal(false);

  const isButton = host.matches('button,input');
  // Now, and not at first: an `href` may be bound.
  const isLink = (): boolean => host.matches('a[href]');
  const setDefault = (name: string, value: string): void => {
    if (!host.hasAttribute(name)) host.setAttribute(name, value);
  };
  setDefault('aria-haspopup', 'dialog');
  setDefault('data-chargebee', ''); // For the harness: bound inputs leave nothing in the page.
  if (isButton) {
    setDefault('type', 'button'); // Not a form's submit button, unless it says so.
  } else {
    setDefault('role', 'button');
    if (!isLink()) setDefault('tabindex', '0');
  }

  // Whether pointing at the element is to do nothing: it has failed, and the click will tell; or focus just comes back.
  let quiet = false;
  const hush = (): void => {
    quiet = true;
  };

  const load = (): void => {
    portal.preload().catch(hush); // The click does without, then.
  };

  const intend = (): void => {
    // Disabled buttons are told of pointers too.
    if (
      quiet ||
      life.destroyed ||
      directive.preload() !== 'intent' ||
      (host as HTMLButtonElement).disabled
    ) {
      return;
    }
    load();
    prefetch(portal).catch(hush); // The click asks again.
  };

  /** What a button does by itself, for other elements. */
  const pressByKey = (event: Event): void => {
    const { key, repeat, target } = event as KeyboardEvent;
    if (isButton || repeat || target !== host) return;
    if (key !== ' ' && (key !== 'Enter' || isLink())) return;
    event.preventDefault();
    host.click();
  };

  /** Takes the focus, unless the person has moved on and it is somewhere else in the page. */
  const takeFocus = (): void => {
    if (!document.activeElement?.matches('body,iframe')) return;
    quiet = true;
    host.focus();
    quiet = false;
  };

  /** Takes it now, and again when chargebee.js has taken it out of the page with it, or `disabled` is gone. */
  const restoreFocus = (): void => {
    takeFocus();
    setTimeout(takeFocus);
  };

  const fail = (error: PortalError): void => {
    busy.set(false);
    if (life.destroyed) return;
    restoreFocus();
    directive.portalError.emit(error);
  };

  const tell = (event: PortalEvent): void => {
    busy.set(false);
    if (life.destroyed) return;
    const isClose = event.type === 'close';
    if (isClose) restoreFocus();
    directive.portalEvent.emit(event);
    if (isClose) directive.portalClosed.emit();
  };

  // Outside Angular's zone; they go with the element.
  afterNextRender(() => {
    if (directive.preload() === 'idle') {
      // Safari has no idle callbacks.
      ((window as Partial<Window>).requestIdleCallback ?? setTimeout)(() => {
        if (!life.destroyed) load();
      });
    }
    host.addEventListener('pointerenter', intend); // By touch too, just before it is down.
    host.addEventListener('focus', intend);
    host.addEventListener('keydown', pressByKey);
  });

  return {
    busy,
    press(event) {
      quiet = false;
      if (isLink()) {
        // Its own address stays for what is meant to open elsewhere.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        // One that is replayed on hydration is prevented already, and would throw.
        if (!event.defaultPrevented) event.preventDefault();
      }
      if (busy()) return;
      busy.set(true);
      open(portal, { onEvent: tell, onError: fail }).then(() => busy.set(false), fail);
    },
  };
}
