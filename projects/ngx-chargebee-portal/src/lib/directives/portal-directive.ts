import { booleanAttribute, Directive, input, output, type InputSignal } from '@angular/core';
import { Opener } from './opener';
import type { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalOpenOptions } from '../portal/portal-options';
import type { PortalPreload } from '../portal/portal-preload';
import type { PortalSection } from '../portal/portal-sections';

/**
 * Opens the portal when the element is pressed.
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
  // The type is written out, since the order of an inferred one's members differs from build to build.
  /** The section to open, by Chargebee's name; empty for the portal's home. */
  readonly section: InputSignal<PortalSection | '' | null | undefined> = input<
    PortalSection | '' | null | undefined
  >('', { alias: 'chargebeePortal' });
  /** Chargebee's id of the subscription, for the sections that need one. */
  readonly subscriptionId = input<string | null>();
  /** Chargebee's id of the payment source, for the sections that need one. */
  readonly paymentSourceId = input<string | null>();
  /** Chargebee's id of the customer, for a user with several. */
  readonly customerId = input<string | null>();
  /** The language of the portal; that of the configuration by default. */
  readonly locale = input<string | null>();
  /** When chargebee.js is loaded; as `withPreload` says by default, else `idle`. */
  readonly preload = input<PortalPreload | null>();
  /** Whether pressing the element does nothing. Disables a `<button>`, and a web component by its `disabled` property. */
  readonly disabled = input(false, { transform: booleanAttribute });
  /** Angular's own `routerLink`, when it is on the same element. Then the element opens the portal, and does not navigate. */
  readonly routerLink = input<unknown>();

  /** Emits everything that happens in the portal that this element opened. */
  readonly portalEvent = output<PortalEvent>();
  /** Emits when the portal has been closed. Focus is back on this element. */
  readonly portalClosed = output<void>();
  /** Emits when the portal could not be opened, or failed later. Never once the element is destroyed: see `withPortalEvents`. */
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
      // A template cannot tie a section to its parameters: the service rejects the call when one is missing.
      return portal.open(options as PortalOpenOptions);
    },
    prefetch: (portal) => portal.prefetchSession({ customerId: this.customerId() ?? undefined }),
  });
  /** Whether the portal is opening, for this element. */
  readonly busy = this.opener.busy;
}
