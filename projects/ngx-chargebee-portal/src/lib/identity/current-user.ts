import { DestroyRef, effect, ErrorHandler, inject, Injector, untracked } from '@angular/core';
import { PortalError } from '../portal/portal-error';
import type { PortalIdentity, PortalIdentitySource } from '../portal/portal-identity';
import type { PortalKey } from '../sessions/portal-key';
import { IdentityReader } from './identity-reader';

/** Is notified when the signed-in user changes. */
export interface UserListener {
  /** Another user has signed in, or out. What belongs to anybody else is to be ended. */
  onIdentity(identity: PortalIdentity): void;
  /** It cannot be known any more who is signed in. `onIdentity` follows, with an identity that equals no other. */
  onIdentityLost(): void;
}

/** Follows who is signed in, and notifies its listener of each change. Create it in an injection context. */
export class CurrentUser {
  readonly #listener: UserListener;
  readonly #destroyRef = inject(DestroyRef);
  readonly #errorHandler = inject(ErrorHandler);
  readonly #reader: IdentityReader | undefined;
  /** The user at the last reading. */
  #identity: PortalIdentity;

  /** @param factory The factory of `withIdentity()`. Without one, all users are taken for the same. */
  constructor(factory: (() => PortalIdentitySource) | undefined, listener: UserListener) {
    this.#listener = listener;
    this.#reader = factory && new IdentityReader(factory, inject(Injector));
    if (factory) effect(() => this.#follow());
  }

  /** Whether no user was signed in at the last reading; false without `withIdentity()`. */
  get isSignedOut(): boolean {
    return !!this.#reader && this.#identity == null;
  }

  /**
   * Reads who is signed in now, and notifies the listener if that has changed.
   *
   * @returns The key of what is opened for them.
   * @throws PortalError `NOT_CONFIGURED` when it cannot be read, `IDENTITY_CHANGED` when the service has been destroyed.
   */
  check(customerId?: string): PortalKey {
    if (this.#destroyRef.destroyed) throw new PortalError('IDENTITY_CHANGED');
    let identity: PortalIdentity;
    try {
      identity = untracked(() => this.#reader?.read());
    } catch (error) {
      this.#lose();
      throw error;
    }
    this.#change(identity);
    return { identity, customerId };
  }

  /** Runs in an effect, and so again whenever the identity changes. */
  #follow(): void {
    let identity: PortalIdentity;
    try {
      identity = this.#reader?.read();
    } catch (error) {
      untracked(() => {
        this.#lose();
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

  #lose(): void {
    this.#listener.onIdentityLost();
    this.#change(NaN); // Equal to no identity, itself included.
  }
}
