import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { ChargebeePortalService, type PortalError, type PortalEvent } from 'ngx-chargebee-portal';
import { catchError, of } from 'rxjs';
import { Auth, type DemoUser } from './auth';

@Component({
  selector: 'demo-root',
  // eslint-disable-next-line @angular-eslint/prefer-standalone -- this demo shows an app made of NgModules
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
  protected readonly events = signal<readonly string[]>([]);

  protected async signIn(user: DemoUser): Promise<void> {
    await this.auth.signIn(user);
    this.user.set(user);
  }

  /** Ends the portal's sessions while there is still a token to do it with, then signs out. */
  protected async signOut(): Promise<void> {
    try {
      await this.#portal.logout();
    } finally {
      this.auth.signOut();
      this.user.set(null);
      this.error.set(null);
    }
  }

  protected told(event: PortalEvent): void {
    this.events.update((events) => [event.type, ...events].slice(0, 20));
  }
}
