import { Directive } from '@angular/core';
import { OpenerDirective } from './opener-directive';
import type { PortalCallbacks } from './portal-options';

/**
 * Opens the page for managing payment methods alone by a press on the element.
 *
 * ```html
 * <button chargebeePaymentSources (portalEvent)="log($event)">Update card</button>
 * ```
 */
@Directive({ selector: '[chargebeePaymentSources]', exportAs: 'chargebeePaymentSources' })
export class ChargebeePaymentSourcesDirective extends OpenerDirective {
  protected override open(callbacks: PortalCallbacks): Promise<void> {
    return this.portal.managePaymentSources({ customerId: this.customerId(), ...callbacks });
  }

  protected override prefetch(): Promise<void> {
    return Promise.resolve();
  }
}
