import { HttpClient } from '@angular/common/http';
import { computed, inject, Injectable, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { RUNTIME_CONFIG } from '../runtime-config';

/** A user of the emulator's identity provider. */
export interface DemoUser {
  readonly id: string;
  readonly name: string;
  readonly customerIds: readonly string[];
}

interface TokenAnswer {
  readonly access_token: string;
}

/** The sign-in state. The token is only in memory, so a reload signs out. */
@Injectable({ providedIn: 'root' })
export class Auth {
  readonly #http = inject(HttpClient);
  readonly #idp = `${inject(RUNTIME_CONFIG).chargebeeUrl}/idp`;
  readonly #session = signal<{ user: DemoUser; token: string } | null>(null);

  /** The signed-in user, or null. */
  readonly user = computed(() => this.#session()?.user ?? null);
  /** The id of the signed-in user, or null. The portal is closed when it changes. */
  readonly userId = computed(() => this.user()?.id ?? null);
  /** The bearer token of the user, or null. */
  readonly token = computed(() => this.#session()?.token ?? null);

  /** Fetches the users that can sign in. */
  users(): Promise<readonly DemoUser[]> {
    return firstValueFrom(this.#http.get<DemoUser[]>(`${this.#idp}/users`));
  }

  /** Signs in. @param expiresIn The lifetime of the token in seconds; an hour by default. A negative one gets an expired token. */
  async signIn(user: DemoUser, expiresIn?: number): Promise<void> {
    const answer = await firstValueFrom(
      this.#http.post<TokenAnswer>(`${this.#idp}/token`, { user: user.id, expiresIn }),
    );
    this.#session.set({ user, token: answer.access_token });
  }

  /** Discards the user and the token. */
  signOut(): void {
    this.#session.set(null);
  }
}
