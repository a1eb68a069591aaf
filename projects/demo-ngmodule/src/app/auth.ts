import { HttpClient } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { firstValueFrom, type Observable } from 'rxjs';
import { runtimeConfig } from './runtime-config';

/** A user of the emulator's identity provider. */
export interface DemoUser {
  readonly id: string;
  readonly name: string;
}

/** The sign-in state. The token is only in memory, so a reload signs out. */
@Injectable({ providedIn: 'root' })
export class Auth {
  readonly #http = inject(HttpClient);
  readonly #idp = `${runtimeConfig().chargebeeUrl}/idp`;
  readonly #userId = signal<string | null>(null);

  /** The id of the signed-in user, or null. The portal is closed when it changes. */
  readonly userId = this.#userId.asReadonly();
  /** The bearer token of the user, or null. */
  token: string | null = null;

  /** Fetches the users that can sign in. */
  users(): Observable<readonly DemoUser[]> {
    return this.#http.get<DemoUser[]>(`${this.#idp}/users`);
  }

  async signIn(user: DemoUser): Promise<void> {
    const answer = await firstValueFrom(
      this.#http.post<{ access_token: string }>(`${this.#idp}/token`, { user: user.id }),
    );
    this.token = answer.access_token;
    this.#userId.set(user.id);
  }

  /** Discards the user and the token. */
  signOut(): void {
    this.token = null;
    this.#userId.set(null);
  }
}
