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

  /** Signs in the same user again, to get a valid token. */
  protected async renewSession(): Promise<void> {
    const user = this.auth.user();
    if (!user) return;
    await this.auth.signIn(user);
    await this.account.reload();
  }

  /** The action of the button in the error message. */
  protected async retry({ code }: PortalError): Promise<void> {
    if (code === 'UNAUTHENTICATED') await this.renewSession();
    // Errors are shown from the portal's `error` signal.
    else await this.portal.open({ customerId: this.account.customerId() }).catch(() => undefined);
  }

  /** Logs out of the portal, which requires the token, and then signs out. */
  protected async signOut(): Promise<void> {
    try {
      await this.portal.logout();
    } catch (error) {
      // The browser is logged out. A session that the backend could not end expires within an hour.
      console.warn('The portal session is still open at Chargebee.', error);
    } finally {
      this.auth.signOut();
      await this.account.clearCache();
    }
  }
}
