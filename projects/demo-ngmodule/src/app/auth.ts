import { HttpClient } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { firstValueFrom, type Observable } from 'rxjs';
import { runtimeConfig } from './runtime-config';

/** A user whom the development identity provider knows. */
export interface DemoUser {
  readonly id: string;
  readonly name: string;
}

/** Who is signed in. The token is kept in memory alone, so a reload signs out. */
@Injectable({ providedIn: 'root' })
export class Auth {
  readonly #http = inject(HttpClient);
  readonly #idp = `${runtimeConfig().chargebeeUrl}/idp`;
  readonly #userId = signal<string | null>(null);

  /** The id of the user who is signed in, for the portal to notice a change. */
  readonly userId = this.#userId.asReadonly();
  /** The bearer token of the user, or null. */
  token: string | null = null;

  /** The users one can sign in as. */
  users(): Observable<readonly DemoUser[]> {
    return this.#http.get<DemoUser[]>(`${this.#idp}/users`);
  }

  /** Signs in. */
  async signIn(user: DemoUser): Promise<void> {
    const answer = await firstValueFrom(
      this.#http.post<{ access_token: string }>(`${this.#idp}/token`, { user: user.id }),
    );
    this.token = answer.access_token;
    this.#userId.set(user.id);
  }

  /** Forgets the user and the token. */
  signOut(): void {
    this.token = null;
    this.#userId.set(null);
  }
}
