import { ChangeDetectionStrategy, Component, inject, linkedSignal } from '@angular/core';
import { ChargebeePortalService, type PortalError } from 'ngx-chargebee-portal';
import { Account } from './account/account';
import { AccountData } from './account/account-data';
import { CustomerChooser } from './account/customer-chooser';
import { Auth } from './auth/auth';
import { SignIn } from './auth/sign-in';
import { Billing } from './billing/billing';
import { ErrorMessage } from './billing/error-message';
import { EventLog } from './events/event-log';

@Component({
  selector: 'demo-root',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AccountData, Billing, CustomerChooser, ErrorMessage, EventLog, SignIn],
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  protected readonly auth = inject(Auth);
  protected readonly account = inject(Account);
  readonly #portal = inject(ChargebeePortalService);

  /** Why billing could not be opened. Another user or billing account starts without the last one's failure. */
  protected readonly error = linkedSignal<Situation, PortalError | undefined>({
    source: () => ({
      who: `${this.auth.userId()} ${this.account.customerId()}`,
      failure: this.#portal.error(),
    }),
    computation: ({ who, failure }, previous) =>
      previous && previous.source.who !== who && previous.source.failure === failure
        ? undefined
        : failure,
  });

  /** Ends the portal's sessions while there is still a token to do it with, then signs out. */
  protected async signOut(): Promise<void> {
    try {
      await this.#portal.logout();
    } catch (error) {
      // The browser's part is done; what the backend could not end, ends by itself within the hour.
      console.warn('The portal session is still open at Chargebee.', error);
    } finally {
      this.auth.signOut();
      await this.account.forget();
    }
  }
}

interface Situation {
  readonly who: string;
  readonly failure: PortalError | undefined;
}
