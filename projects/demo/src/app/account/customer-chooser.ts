import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Account } from './account';
import { customerRecords } from './customers';

/** Lets a user with several billing accounts choose one. */
@Component({
  selector: 'demo-customer-chooser',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <fieldset>
      <legend>Billing account</legend>
      @for (id of account.state().customerIds; track id) {
        <label>
          <input
            type="radio"
            name="customer"
            [value]="id"
            [checked]="id === account.customerId()"
            (change)="account.customerId.set(id)"
          />
          {{ nameOf(id) }}
        </label>
      }
    </fieldset>
  `,
  styleUrl: './customer-chooser.css',
})
export class CustomerChooser {
  protected readonly account = inject(Account);

  protected nameOf(id: string): string {
    return customerRecords[id]?.name ?? id;
  }
}
