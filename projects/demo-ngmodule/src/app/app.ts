import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import {
  ChargebeePortalService,
  type PortalError,
  type PortalErrorCode,
  type PortalEvent,
} from 'ngx-chargebee-portal';
import { catchError, of } from 'rxjs';
import { Auth, type DemoUser } from './auth';

@Component({
  selector: 'demo-root',
  standalone: false,
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './app.html',
})
export class App {
  readonly #portal = inject(ChargebeePortalService);
  protected readonly auth = inject(Auth);
  protected readonly users = this.auth
    .users()
    .pipe(catchError(() => of<readonly DemoUser[] | null>(null)));
  protected readonly user = signal<DemoUser | null>(null);
  protected readonly error = signal<PortalError | null>(null);
  /** Messages for errors that the user can do something about. */
  protected readonly advice: Partial<Record<PortalErrorCode, string>> = {
    UNAUTHENTICATED: 'Sign in again.',
    CUSTOMER_NOT_FOUND: 'There is no billing account for you yet; it comes with your first order.',
    POPUP_BLOCKED: 'Press the button once more.',
  };
  protected readonly events = signal<readonly string[]>([]);

  protected async signIn(user: DemoUser): Promise<void> {
    await this.auth.signIn(user);
    this.user.set(user);
  }

  /** Logs out of the portal, which requires the token, and then signs out. */
  protected async signOut(): Promise<void> {
    try {
      await this.#portal.logout();
    } catch (error) {
      // The browser is logged out. A session that the backend could not end expires within an hour.
      console.warn('The portal session is still open at Chargebee.', error);
    } finally {
      this.auth.signOut();
      this.user.set(null);
      this.error.set(null);
    }
  }

  protected addEvent(event: PortalEvent): void {
    this.events.update((events) => [event.type, ...events].slice(0, 20));
  }
}
