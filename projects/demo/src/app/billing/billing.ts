import { DatePipe, DecimalPipe, TitleCasePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import {
  ChargebeePaymentSourcesDirective,
  ChargebeePortalDirective,
  ChargebeePortalService,
} from 'ngx-chargebee-portal';
import { Account } from '../account/account';
import { brandName, describeNext, formatMoney, formatPeriod, statusLabel } from './describe';

/** Shows plan, card and invoices, with buttons that open the corresponding sections of the portal. */
@Component({
  selector: 'demo-billing',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    ChargebeePaymentSourcesDirective,
    ChargebeePortalDirective,
    DatePipe,
    DecimalPipe,
    TitleCasePipe,
  ],
  templateUrl: './billing.html',
  styleUrl: './billing.css',
})
export class Billing {
  protected readonly account = inject(Account);
  protected readonly customerId = this.account.customerId;
  protected readonly plans = computed(() => this.account.current()?.plans ?? []);
  /** The subscription that "Change plan" opens. */
  protected readonly subscriptionId = computed(() => this.plans()[0]?.id);
  protected readonly card = computed(() => this.account.current()?.card);
  protected readonly invoices = computed(() => this.account.current()?.invoices ?? []);
  protected readonly isSignedIn = computed(() => this.account.state().status !== 'signed-out');
  protected readonly status = inject(ChargebeePortalService).status;

  protected readonly formatMoney = formatMoney;
  protected readonly formatPeriod = formatPeriod;
  protected readonly describeNext = describeNext;
  protected readonly statusLabel = statusLabel;
  protected readonly brandName = brandName;
}
