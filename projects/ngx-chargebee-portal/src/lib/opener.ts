import {
  afterNextRender,
  DestroyRef,
  ElementRef,
  inject,
  NgZone,
  signal,
  type InputSignal,
  type OutputEmitterRef,
  type Signal,
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
  const zone = inject(NgZone);
  const busy = signal(false);
  const life = new AbortController();
  inject(DestroyRef).onDestroy(() => life.abort());

  const isButton = host.matches('button,input');
  const isLink = host.matches('a[href]');
  const setDefault = (name: string, value: string): void => {
    if (!host.hasAttribute(name)) host.setAttribute(name, value);
  };
  setDefault('aria-haspopup', 'dialog');
  if (isButton) {
    setDefault('type', 'button'); // Not a form's submit button, unless it says so.
  } else {
    setDefault('role', 'button');
    if (!isLink) setDefault('tabindex', '0');
  }

  const load = (): void => {
    portal.preload().catch(() => undefined); // The click does without, then.
  };

  const intend = (): void => {
    if (directive.preload() !== 'intent') return;
    load();
    prefetch(portal).catch(() => undefined); // The click asks again, and tells.
  };

  /** What a button does by itself, for other elements. */
  const pressByKey = (event: Event): void => {
    const { key, repeat } = event as KeyboardEvent;
    if (isButton || repeat || !(key === ' ' || (key === 'Enter' && !isLink))) return;
    event.preventDefault();
    host.click();
  };

  const fail = (error: PortalError): void => {
    busy.set(false);
    if (!life.signal.aborted) directive.portalError.emit(error);
  };

  const takeFocus = (): void => {
    host.focus();
    // What chargebee.js takes out of the page after this may take the focus with it.
    setTimeout(() => {
      if (document.activeElement === document.body) host.focus();
    });
  };

  const tell = (event: PortalEvent): void => {
    busy.set(false);
    if (life.signal.aborted) return;
    const isClose = event.type === 'close';
    if (isClose) takeFocus();
    directive.portalEvent.emit(event);
    if (isClose) directive.portalClosed.emit();
  };

  afterNextRender(() =>
    zone.runOutsideAngular(() => {
      if (directive.preload() === 'idle') whenIdle(load, life);
      const listen = (type: string, listener: (event: Event) => void) =>
        host.addEventListener(type, listener, life);
      listen('pointerenter', intend); // By touch too, just before it is down.
      listen('focus', intend);
      listen('keydown', pressByKey);
    }),
  );

  return {
    busy: busy.asReadonly(),
    press(event) {
      if (isLink) {
        // Its own address stays for what is meant to open elsewhere.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
      }
      if (busy()) return;
      busy.set(true);
      open(portal, { onEvent: tell, onError: fail }).then(() => busy.set(false), fail);
    },
  };
}
