import { Directive, input, output } from '@angular/core';
import { opener, type PortalPreload } from './opener';
import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalOpenOptions } from './portal-options';
import type { PortalSection } from './portal-sections';

/**
 * Opens the portal by a press on the element.
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
  /** The section to open; empty for the portal's home. */
  readonly section = input<PortalSection | ''>('', { alias: 'chargebeePortal' });
  /** Chargebee's id of the subscription, for the sections that need one. */
  readonly subscriptionId = input<string>();
  /** Chargebee's id of the payment source, for the sections that need one. */
  readonly paymentSourceId = input<string>();
  /** Chargebee's id of the customer; needed only for a user with several. */
  readonly customerId = input<string>();
  /** When chargebee.js is loaded, ahead of the click. */
  readonly preload = input<PortalPreload>('idle');

  /** Everything that happens in the portal that this element opened. */
  readonly portalEvent = output<PortalEvent>();
  /** The portal is closed; focus is back on this element. */
  readonly portalClosed = output<void>();
  /** The portal could not be opened, or failed later. */
  readonly portalError = output<PortalError>();

  protected readonly opener = opener(
    this,
    (portal, callbacks) =>
      portal.open(
        Object.assign(callbacks, {
          section: this.section(),
          params: {
            subscriptionId: this.subscriptionId(),
            paymentSourceId: this.paymentSourceId(),
          },
          customerId: this.customerId(),
          // A template cannot tie a section to its parameters; the service rejects what is missing.
        }) as PortalOpenOptions,
      ),
    (portal) => portal.prefetchSession({ customerId: this.customerId() }),
  );
  /** Whether this element's opening is under way. */
  readonly busy = this.opener.busy;
}
