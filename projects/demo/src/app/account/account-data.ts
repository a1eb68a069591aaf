import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Auth } from '../auth/auth';
import { Account } from './account';

/** What Acme's own backend knows of the user, and how fresh it is. */
@Component({
  selector: 'demo-account-data',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DatePipe],
  templateUrl: './account-data.html',
  styleUrl: './account-data.css',
})
export class AccountData {
  protected readonly account = inject(Account);
  readonly #auth = inject(Auth);

  /** Trades the token for one that has expired, as if the user had been away for hours. */
  protected async expireSession(): Promise<void> {
    const user = this.#auth.user();
    if (user) await this.#auth.signIn(user, -3600);
  }
}
