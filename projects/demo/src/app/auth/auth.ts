import { HttpClient } from '@angular/common/http';
import { computed, inject, Injectable, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { RUNTIME_CONFIG } from '../runtime-config';

/** A user whom the development identity provider knows. */
export interface DemoUser {
  readonly id: string;
  readonly name: string;
  readonly customerIds: readonly string[];
}

interface TokenAnswer {
  readonly access_token: string;
}

/** Who is signed in. The token is kept in memory alone, so a reload signs out. */
@Injectable({ providedIn: 'root' })
export class Auth {
  readonly #http = inject(HttpClient);
  readonly #idp = `${inject(RUNTIME_CONFIG).chargebeeUrl}/idp`;
  readonly #session = signal<{ user: DemoUser; token: string } | null>(null);

  /** The user who is signed in, or null. */
  readonly user = computed(() => this.#session()?.user ?? null);
  /** Identifies the user, so that the portal notices another sign-in. */
  readonly userId = computed(() => this.user()?.id ?? null);
  /** The bearer token of the user, or null. */
  readonly token = computed(() => this.#session()?.token ?? null);

  /** The users one can sign in as. */
  users(): Promise<readonly DemoUser[]> {
    return firstValueFrom(this.#http.get<DemoUser[]>(`${this.#idp}/users`));
  }

  /** Signs in, with a token that lasts `expiresIn` seconds (an hour by default; negative: expired already). */
  async signIn(user: DemoUser, expiresIn?: number): Promise<void> {
    const answer = await firstValueFrom(
      this.#http.post<TokenAnswer>(`${this.#idp}/token`, { user: user.id, expiresIn }),
    );
    this.#session.set({ user, token: answer.access_token });
  }

  /** Forgets the user and the token. */
  signOut(): void {
    this.#session.set(null);
  }
}
