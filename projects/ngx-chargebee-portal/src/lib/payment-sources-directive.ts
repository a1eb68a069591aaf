import { Directive, input, output } from '@angular/core';
import { opener, type PortalPreload } from './opener';
import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';

/**
 * Opens the page for managing payment methods alone by a press on the element.
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
  /** Chargebee's id of the customer; needed only for a user with several. */
  readonly customerId = input<string>();
  /** When chargebee.js is loaded, ahead of the click; the page itself is asked for by the click. */
  readonly preload = input<PortalPreload>('idle');

  /** Everything that happens on the page that this element opened. */
  readonly portalEvent = output<PortalEvent>();
  /** The page is closed; focus is back on this element. */
  readonly portalClosed = output<void>();
  /** The page could not be opened, or failed later. */
  readonly portalError = output<PortalError>();

  protected readonly opener = opener(
    this,
    (portal, callbacks) =>
      portal.managePaymentSources(Object.assign(callbacks, { customerId: this.customerId() })),
    () => Promise.resolve(),
  );
  /** Whether this element's opening is under way. */
  readonly busy = this.opener.busy;
}
