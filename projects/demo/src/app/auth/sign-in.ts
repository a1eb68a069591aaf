import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { Auth, type DemoUser } from './auth';

/** Lets the visitor sign in as one of the emulator's users. */
@Component({
  selector: 'demo-sign-in',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './sign-in.html',
  styleUrl: './sign-in.css',
})
export class SignIn {
  readonly #auth = inject(Auth);
  protected readonly users = signal<readonly DemoUser[]>([]);
  protected readonly busy = signal(false);
  protected readonly problem = signal<string | null>(null);

  constructor() {
    void this.load();
  }

  protected load(): Promise<void> {
    return this.#attempt(async () => this.users.set(await this.#auth.users()));
  }

  protected signIn(user: DemoUser): Promise<void> {
    return this.#attempt(() => this.#auth.signIn(user));
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    this.problem.set(null);
    this.busy.set(true);
    try {
      await step();
    } catch {
      this.problem.set('The sign-in service does not answer.');
    } finally {
      this.busy.set(false);
    }
  }
}
