import {
  computed,
  DestroyRef,
  runInInjectionContext,
  signal,
  untracked,
  type Injector,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { isObservable, tap, type Observable } from 'rxjs';
import { PortalError } from '../portal/portal-error';
import type { PortalIdentity, PortalIdentitySource } from '../portal/portal-identity';

declare const ngDevMode: unknown;

/** Reads the identity from the signal, observable or value that the factory of `withIdentity()` returns. */
export class IdentityReader {
  readonly #factory: () => PortalIdentitySource;
  readonly #injector: Injector;
  #readSource?: () => unknown;
  /** Set when the factory has succeeded. `read()` tracks it after a failure, so that effects run again then. */
  readonly #hasSource = signal(false);

  constructor(factory: () => PortalIdentitySource, injector: Injector) {
    this.#factory = factory;
    this.#injector = injector;
  }

  /**
   * Returns the id of the signed-in user. A reactive context tracks it.
   *
   * @throws PortalError `NOT_CONFIGURED` if the factory fails, or its value is not an id
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

  /** Runs the factory outside of any reactive context, since it may subscribe to observables or create services. */
  #createSource(): () => unknown {
    const runFactory = () => runInInjectionContext(this.#injector, this.#factory);
    const source = untracked(runFactory);
    if (typeof source === 'function') return source;
    if (isObservable(source)) {
      return untracked(() =>
        toSignal(
          typeof ngDevMode === 'undefined' || ngDevMode
            ? warnOnCompletion(source, this.#injector.get(DestroyRef))
            : source,
          { injector: this.#injector },
        ),
      );
    }
    // A plain value may change, so the factory runs again at each read. In `computed`, Angular rejects a factory that would
    // subscribe each time, such as `() => toSignal(user$)()`.
    return () => computed(runFactory)();
  }
}

const isIdentity = (value: unknown): value is PortalIdentity =>
  value == null || typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));

/** Warns in the console when the observable completes, unless the application is being destroyed. */
function warnOnCompletion<T>(source: Observable<T>, destroyRef: DestroyRef): Observable<T> {
  const complete = () => {
    if (destroyRef.destroyed) return;
    console.warn(
      'ngx-chargebee-portal: the observable of withIdentity() has completed, so it cannot report the next user, who could ' +
        'see the portal of this one. Return an observable that emits each change of the user, or a signal. One that ' +
        'completes is made by from(promise), first() and a request of HttpClient, for example.',
    );
  };
  return source.pipe(tap({ complete }));
}

function describe(value: unknown): string {
  if (value instanceof Promise) {
    return 'returned a promise, which cannot report the next user. Return a signal or an observable.';
  }
  const type = Number.isNaN(value) ? 'NaN' : `a value of type ${typeof value}`;
  return `returned ${type}. Return the id of the user, as a string or a number, or undefined when nobody is signed in.`;
}
