import { booleanAttribute, Directive, input, output } from '@angular/core';
import type { PortalPreload } from '../portal/portal-preload';
import { Opener } from './opener';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';

/**
 * Opens the page that manages payment methods, without the rest of the portal, when the element is pressed.
 *
 * ```html
 * <button chargebeePaymentSources (portalEvent)="log($event)">Update card</button>
 * ```
 */
@Directive({
  selector: '[chargebeePaymentSources]',
  exportAs: 'chargebeePaymentSources',
  host: { '[attr.aria-busy]': 'busy() || null', '(click)': 'opener.press($event)' },
})
export class ChargebeePaymentSourcesDirective {
  /** Chargebee's id of the customer, for a user with several. */
  readonly customerId = input<string | null>();
  /** The language of the page; that of the configuration by default. */
  readonly locale = input<string | null>();
  /** When chargebee.js is loaded; as `withPreload` says by default, else `idle`. The page itself is requested by the click. */
  readonly preload = input<PortalPreload | null>();
  /** Whether pressing the element does nothing. Disables a `<button>`, and a web component by its `disabled` property. */
  readonly disabled = input(false, { transform: booleanAttribute });
  /** Angular's own `routerLink`, when it is on the same element. Then the element opens the portal, and does not navigate. */
  readonly routerLink = input<unknown>();

  /** Emits everything that happens on the page that this element opened. */
  readonly portalEvent = output<PortalEvent>();
  /** Emits when the page has been closed. Focus is back on this element. */
  readonly portalClosed = output<void>();
  /** Emits when the page could not be opened, or failed later. Never once the element is destroyed: see `withPortalEvents`. */
  readonly portalError = output<PortalError>();

  protected readonly opener = new Opener(this, {
    open: (portal, callbacks) =>
      portal.managePaymentSources({
        ...callbacks,
        customerId: this.customerId() ?? undefined,
        locale: this.locale() ?? undefined,
      }),
    prefetch: () => Promise.resolve(),
  });
  /** Whether the page is opening, for this element. */
  readonly busy = this.opener.busy;
}
