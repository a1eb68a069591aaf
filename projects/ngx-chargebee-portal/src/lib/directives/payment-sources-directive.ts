import { booleanAttribute, Directive, input, output } from '@angular/core';
import type { PortalPreload } from '../portal/portal-preload';
import { Opener } from './opener';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';

/**
 * Opens a page with which the customer can manage payment methods, and nothing else, when the element is clicked. The page
 * has no sections. Otherwise it works as `chargebeePortal`.
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
  /** The id of the customer in Chargebee. Needed only for users with several customers. */
  readonly customerId = input<string | null>();
  /** The language of the page, such as `fr`; by default that of the configuration. */
  readonly locale = input<string | null>();
  /** When to load chargebee.js; by default as set by `withPreload`, else `idle`. The page itself is requested by the click. */
  readonly preload = input<PortalPreload | null>();
  /** Whether the element is disabled. A click does nothing then. Also sets `disabled` of a `<button>` or a web component. */
  readonly disabled = input(false, { transform: booleanAttribute });
  /** The `routerLink` of the same element, if it has one. The element opens the page then, and does not navigate. */
  readonly routerLink = input<unknown>();

  /** Emits every event of the page that this element has opened. */
  readonly portalEvent = output<PortalEvent>();
  /** Emits when the page has been closed. This element has the focus again, unless the user has moved it elsewhere. */
  readonly portalClosed = output<void>();
  /** Emits when the page could not be opened, or failed later. If the element is destroyed by then, use `withPortalEvents`. */
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
  /** Whether this element is opening the page. */
  readonly busy = this.opener.busy;
}
