import { Directive, input } from '@angular/core';
import { OpenerDirective } from './opener-directive';
import type { PortalCallbacks, PortalOpenOptions } from './portal-options';
import type { PortalSection } from './portal-sections';

/**
 * Opens the portal by a press on the element.
 *
 * ```html
 * <button chargebeePortal (portalClosed)="reload()">Manage billing</button>
 * <button chargebeePortal="EDIT_SUBSCRIPTION" [subscriptionId]="id" #p="chargebeePortal" [disabled]="p.busy()">Change plan</button>
 * ```
 */
@Directive({ selector: '[chargebeePortal]', exportAs: 'chargebeePortal' })
export class ChargebeePortalDirective extends OpenerDirective {
  /** The section to open; empty for the portal's home. */
  readonly section = input<PortalSection | ''>('', { alias: 'chargebeePortal' });
  /** Chargebee's id of the subscription, for the sections that need one. */
  readonly subscriptionId = input<string>();
  /** Chargebee's id of the payment source, for the sections that need one. */
  readonly paymentSourceId = input<string>();

  protected override open(callbacks: PortalCallbacks): Promise<void> {
    const params = {
      subscriptionId: this.subscriptionId(),
      paymentSourceId: this.paymentSourceId(),
    };
    const section = this.section() || undefined;
    const options = { section, params, customerId: this.customerId(), ...callbacks };
    // A template cannot tie a section to its parameters; the service rejects what is missing.
    return this.portal.open(options as PortalOpenOptions);
  }

  protected override prefetch(): Promise<void> {
    return this.portal.prefetchSession({ customerId: this.customerId() });
  }
}
