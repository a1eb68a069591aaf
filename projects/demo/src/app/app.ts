import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import {
  ChargebeePortalDirective,
  ChargebeePortalService,
  type PortalError,
} from 'ngx-chargebee-portal';
import { Auth } from './auth/auth';
import { SignIn } from './auth/sign-in';
import { ErrorMessage } from './billing/error-message';
import { EventLog } from './events/event-log';

@Component({
  selector: 'demo-root',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ChargebeePortalDirective, ErrorMessage, EventLog, SignIn],
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  protected readonly auth = inject(Auth);
  protected readonly error = signal<PortalError | null>(null);
  readonly #portal = inject(ChargebeePortalService);

  /** Ends the portal's sessions while there is still a token to do it with, then signs out. */
  protected async signOut(): Promise<void> {
    try {
      await this.#portal.logout();
    } finally {
      this.error.set(null);
      this.auth.signOut();
    }
  }
}
