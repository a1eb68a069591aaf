import { computed, runInInjectionContext, signal, untracked, type Injector } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { isObservable } from 'rxjs';
import { PortalError } from '../portal/portal-error';
import type { PortalIdentity, PortalIdentitySource } from '../portal/portal-identity';

declare const ngDevMode: unknown;

/** Reads who is signed in, from whatever the factory of `withIdentity()` returns. */
export class IdentityReader {
  readonly #factory: () => PortalIdentitySource;
  readonly #injector: Injector;
  #readSource?: () => unknown;
  /** What follows the identity reads again when a factory that has failed succeeds after all. */
  readonly #hasSource = signal(false);

  constructor(factory: () => PortalIdentitySource, injector: Injector) {
    this.#factory = factory;
    this.#injector = injector;
  }

  /**
   * The signed-in user. In a reactive context it is tracked.
   *
   * @throws PortalError `NOT_CONFIGURED`, when the factory fails or returns something that is no id.
   */
  read(): PortalIdentity {
    let identity: unknown;
    let cause: unknown;
    try {
      this.#readSource ??= this.#createSource();
      this.#hasSource.set(true);
      identity = this.#readSource();
      if (isIdentity(identity)) return identity;
    } catch (error) {
      cause = error;
      this.#hasSource();
    }
    throw new PortalError(
      'NOT_CONFIGURED',
      typeof ngDevMode === 'undefined' || ngDevMode
        ? `withIdentity(): the factory ${cause ? `failed: ${cause instanceof Error ? cause.toString() : typeof cause}` : describe(identity)}`
        : undefined,
      { argument: 'withIdentity', cause },
    );
  }

  /** Runs the factory, outside of any reactive context: it may subscribe, or create services that do. */
  #createSource(): () => unknown {
    const runFactory = () => runInInjectionContext(this.#injector, this.#factory);
    const source = untracked(runFactory);
    if (typeof source === 'function') return source;
    if (isObservable(source)) {
      return untracked(() => toSignal(source, { injector: this.#injector }));
    }
    // A plain value may have changed, so it is read again each time. `computed` makes Angular reject a factory that
    // subscribes each time, such as `() => toSignal(user$)()`.
    return () => computed(runFactory)();
  }
}

const isIdentity = (value: unknown): value is PortalIdentity =>
  value == null || typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));

function describe(value: unknown): string {
  if (value instanceof Promise) {
    return 'returned a promise, which cannot report the next user. Return a signal or an observable.';
  }
  const type = Number.isNaN(value) ? 'NaN' : `a value of type ${typeof value}`;
  return `returned ${type}. Return the id of the user, as a string or a number, or undefined when nobody is signed in.`;
}
