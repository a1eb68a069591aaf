import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Account } from './account';

/** Lets a user with several billing accounts select one. */
@Component({
  selector: 'demo-customer-chooser',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <fieldset>
      <legend>Billing account</legend>
      @for (billingAccount of account.state().accounts; track billingAccount.id) {
        <label>
          <input
            type="radio"
            name="customer"
            [value]="billingAccount.id"
            [checked]="billingAccount.id === account.customerId()"
            (change)="account.customerId.set(billingAccount.id)"
          />
          {{ billingAccount.name }}
        </label>
      }
    </fieldset>
  `,
  styleUrl: './customer-chooser.css',
})
export class CustomerChooser {
  protected readonly account = inject(Account);
}
