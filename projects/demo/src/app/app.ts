import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { ChargebeePortalService, type PortalError } from 'ngx-chargebee-portal';
import { Account } from './account/account';
import { CustomerChooser } from './account/customer-chooser';
import { Auth } from './auth/auth';
import { SignIn } from './auth/sign-in';
import { Billing } from './billing/billing';
import { ErrorMessage } from './billing/error-message';
import { Drawer } from './developer/drawer';

@Component({
  selector: 'demo-root',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Billing, CustomerChooser, Drawer, ErrorMessage, SignIn],
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  protected readonly auth = inject(Auth);
  protected readonly account = inject(Account);
  protected readonly portal = inject(ChargebeePortalService);

  /** Signs the same user in again, with a token that is good. */
  protected async renewSession(): Promise<void> {
    const user = this.auth.user();
    if (!user) return;
    await this.auth.signIn(user);
    await this.account.reload();
  }

  /** Does what the message of a failure says to do. */
  protected async retry({ code }: PortalError): Promise<void> {
    if (code === 'UNAUTHENTICATED') await this.renewSession();
    // Whatever fails again shows as the portal's error.
    else await this.portal.open({ customerId: this.account.customerId() }).catch(() => undefined);
  }

  /** Ends the portal's sessions while there is still a token to do it with, then signs out. */
  protected async signOut(): Promise<void> {
    try {
      await this.portal.logout();
    } catch (error) {
      // The browser's part is done; what the backend could not end, ends by itself within the hour.
      console.warn('The portal session is still open at Chargebee.', error);
    } finally {
      this.auth.signOut();
      await this.account.forget();
    }
  }
}
