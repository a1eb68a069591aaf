import { booleanAttribute, Directive, input, output, type InputSignal } from '@angular/core';
import { Opener } from './opener';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalOpenOptions } from '../portal/portal-options';
import type { PortalPreload } from '../portal/portal-preload';
import type { PortalSection } from '../portal/portal-sections';

/**
 * Opens the portal when the element is clicked.
 *
 * ```html
 * <button chargebeePortal (portalClosed)="reload()">Manage billing</button>
 * <button chargebeePortal="EDIT_SUBSCRIPTION" [subscriptionId]="id" #p="chargebeePortal" [disabled]="p.busy()">Change plan</button>
 * ```
 */
@Directive({
  selector: '[chargebeePortal]',
  exportAs: 'chargebeePortal',
  host: { '[attr.aria-busy]': 'busy() || null', '(click)': 'opener.press($event)' },
})
export class ChargebeePortalDirective {
  // The explicit type keeps the recorded public API stable: an inferred union changes its order from build to build.
  /** The section to open, one of `PORTAL_SECTIONS`; by default the portal's home page. */
  readonly section: InputSignal<PortalSection | '' | null | undefined> = input<
    PortalSection | '' | null | undefined
  >('', { alias: 'chargebeePortal' });
  /** The id of the subscription in Chargebee, for the sections that require one. */
  readonly subscriptionId = input<string | null>();
  /** The id of the payment source in Chargebee, for the sections that require one. */
  readonly paymentSourceId = input<string | null>();
  /** The id of the customer in Chargebee. Needed only for users with several customers. */
  readonly customerId = input<string | null>();
  /** The language of the portal, such as `fr`; by default that of the configuration. */
  readonly locale = input<string | null>();
  /** When to load chargebee.js; by default as set by `withPreload`, else `idle`. */
  readonly preload = input<PortalPreload | null>();
  /** Whether the element is disabled. A click does nothing then. Also sets `disabled` of a `<button>` or a web component. */
  readonly disabled = input(false, { transform: booleanAttribute });
  /** The `routerLink` of the same element, if it has one. The element opens the portal then, and does not navigate. */
  readonly routerLink = input<unknown>();

  /** Emits every event of the portal that this element has opened. */
  readonly portalEvent = output<PortalEvent>();
  /** Emits when the portal has been closed. This element has the focus again, unless the user has moved it elsewhere. */
  readonly portalClosed = output<void>();
  /** Emits when the portal could not be opened, or failed later. If the element is destroyed by then, use `withPortalEvents`. */
  readonly portalError = output<PortalError>();

  protected readonly opener = new Opener(this, {
    open: (portal, callbacks) => {
      const options = {
        ...callbacks,
        section: this.section() ? this.section() : undefined,
        params: {
          subscriptionId: this.subscriptionId() ?? undefined,
          paymentSourceId: this.paymentSourceId() ?? undefined,
        },
        customerId: this.customerId() ?? undefined,
        locale: this.locale() ?? undefined,
      };
      // The compiler cannot check a section's parameters in templates. The service rejects if one is missing.
      return portal.open(options as PortalOpenOptions);
    },
    prefetch: (portal) => portal.prefetchSession({ customerId: this.customerId() ?? undefined }),
  });
  /** Whether this element is opening the portal. */
  readonly busy = this.opener.busy;
}
