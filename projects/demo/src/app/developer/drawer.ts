import { HttpClient } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { Account } from '../account/account';
import { Auth } from '../auth/auth';
import { RUNTIME_CONFIG } from '../runtime-config';
import { EventLog } from './event-log';

/** A fault, as the emulator's control API accepts it. */
interface Fault {
  readonly name: string;
  readonly route: string;
  readonly status?: number;
  readonly reset?: boolean;
  readonly latency?: number;
  readonly delivery?: 'never';
}

const FAULTS: readonly Fault[] = [
  { name: 'Chargebee answers 503', route: 'api', status: 503 },
  { name: 'chargebee.js cannot be loaded', route: 'chargebee.js', reset: true },
  { name: 'Webhooks come 30 s late', route: 'webhooks', latency: 30_000 },
  { name: 'Webhooks never come', route: 'webhooks', delivery: 'never' },
];

/** The drawer with tools for developers: the event log, faults and an expired session. Closed by default. */
@Component({
  selector: 'demo-drawer',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EventLog],
  templateUrl: './drawer.html',
  styleUrl: './drawer.css',
})
export class Drawer {
  protected readonly auth = inject(Auth);
  protected readonly emulatorUrl = inject(RUNTIME_CONFIG).chargebeeUrl;
  protected readonly faults = FAULTS;
  protected readonly problem = signal('');
  readonly #account = inject(Account);
  readonly #http = inject(HttpClient);

  /** Replaces the token by an expired one and sends a request with it, as after hours of inactivity. */
  protected async expireSession(): Promise<void> {
    const user = this.auth.user();
    if (!user) return;
    await this.auth.signIn(user, -3600);
    await this.#account.reload();
  }

  protected injectFault(fault: Fault): Promise<void> {
    return this.#attempt(this.#http.post(`${this.emulatorUrl}/_emulator/faults`, fault));
  }

  protected endFaults(): Promise<void> {
    return this.#attempt(this.#http.delete(`${this.emulatorUrl}/_emulator/faults`));
  }

  async #attempt(request: ReturnType<HttpClient['post']>): Promise<void> {
    try {
      await firstValueFrom(request);
      this.problem.set('');
    } catch {
      this.problem.set('The emulator does not answer.');
    }
  }
}
