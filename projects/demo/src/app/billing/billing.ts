import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import {
  ChargebeePaymentSourcesDirective,
  ChargebeePortalDirective,
  ChargebeePortalService,
} from 'ngx-chargebee-portal';
import { Account } from '../account/account';
import { customerRecords } from '../account/customers';

/** Plan, payment and invoices: each leads to its section of the portal. */
@Component({
  selector: 'demo-billing',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ChargebeePaymentSourcesDirective, ChargebeePortalDirective],
  templateUrl: './billing.html',
  styleUrl: './billing.css',
})
export class Billing {
  protected readonly customerId = inject(Account).customerId;
  protected readonly subscriptionId = computed(
    () => customerRecords[this.customerId() ?? '']?.subscriptionId,
  );
  protected readonly status = inject(ChargebeePortalService).status;
}
