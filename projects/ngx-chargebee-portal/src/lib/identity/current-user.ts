import { DestroyRef, effect, ErrorHandler, inject, Injector, untracked } from '@angular/core';
import { PortalError } from '../portal/portal-error';
import type { PortalIdentity, PortalIdentitySource } from '../portal/portal-identity';
import type { PortalKey } from '../sessions/portal-key';
import { IdentityReader } from './identity-reader';

/** Receives changes of the signed-in user. */
export interface UserListener {
  /** Called when a user has signed in or out. Ends everything that belongs to another identity. */
  onIdentity(identity: PortalIdentity): void;
  /** Called when the identity can no longer be read. `onIdentity` follows, with `NaN`, which equals no identity. */
  onIdentityLost(): void;
}

/** Watches the identity of `withIdentity()`, and notifies a listener of each change. Requires an injection context. */
export class CurrentUser {
  readonly #listener: UserListener;
  readonly #destroyRef = inject(DestroyRef);
  readonly #errorHandler = inject(ErrorHandler);
  readonly #reader: IdentityReader | undefined;
  /** The identity when it was last read. */
  #identity: PortalIdentity;

  /** @param factory The factory of `withIdentity()`. Without it, the identity is always undefined. */
  constructor(factory: (() => PortalIdentitySource) | undefined, listener: UserListener) {
    this.#listener = listener;
    this.#reader = factory && new IdentityReader(factory, inject(Injector));
    if (factory) effect(() => this.#watch());
  }

  /** Whether nobody was signed in when the identity was last read; false without `withIdentity()`. */
  get isSignedOut(): boolean {
    return !!this.#reader && this.#identity == null;
  }

  /**
   * Reads the identity now, and notifies the listener if it has changed: a plain value reports no changes by itself.
   *
   * @returns The key for opening the portal of the current user.
   * @throws PortalError `NOT_CONFIGURED` if the identity cannot be read, `IDENTITY_CHANGED` if the service is destroyed
   */
  check(customerId?: string): PortalKey {
    if (this.#destroyRef.destroyed) throw new PortalError('IDENTITY_CHANGED');
    let identity: PortalIdentity;
    try {
      identity = untracked(() => this.#reader?.read());
    } catch (error) {
      this.#onReadError();
      throw error;
    }
    this.#change(identity);
    return { identity, customerId };
  }

  /** The effect that runs again whenever the identity changes. */
  #watch(): void {
    let identity: PortalIdentity;
    try {
      identity = this.#reader?.read();
    } catch (error) {
      untracked(() => {
        this.#onReadError();
        this.#errorHandler.handleError(error);
      });
      return;
    }
    untracked(() => this.#change(identity));
  }

  #change(identity: PortalIdentity): void {
    if (identity === this.#identity) return;
    this.#identity = identity;
    this.#listener.onIdentity(identity);
  }

  #onReadError(): void {
    this.#listener.onIdentityLost();
    this.#change(NaN); // NaN equals no identity, not even itself.
  }
}
