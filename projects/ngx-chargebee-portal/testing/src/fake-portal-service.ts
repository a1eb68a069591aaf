import { computed, Injectable, signal } from '@angular/core';
import {
  ɵcheckParams as checkParams,
  type PortalError,
  type ChargebeePortalService,
  type ManagePaymentSourcesOptions,
  type PortalCallbacks,
  type PortalCustomerOptions,
  type PortalEvent,
  type PortalOpenOptions,
  type PortalStatus,
} from 'ngx-chargebee-portal';
import { Subject } from 'rxjs';
import type { TestOpening } from './test-opening';

/** What `ChargebeePortalService` offers, without a backend, a script or a window: it does what a test says. */
@Injectable()
export class FakePortalService implements ChargebeePortalService {
  readonly #status = signal<PortalStatus>('idle');
  readonly #error = signal<PortalError | undefined>(undefined);
  readonly #events = new Subject<PortalEvent>();
  #current?: FakeOpening;

  readonly status = this.#status.asReadonly();
  readonly error = this.#error.asReadonly();
  readonly isOpen = computed(() => this.#status() === 'open');
  readonly events = this.#events.asObservable();

  /** Openings that no test has expected yet. */
  readonly openings: TestOpening[] = [];
  /** Sessions asked for ahead of time. */
  readonly prefetches: PortalCustomerOptions[] = [];
  preloads = 0;
  logouts = 0;

  open(options: PortalOpenOptions = {}): Promise<void> {
    try {
      checkParams(options.section, options.params);
    } catch (cause) {
      const error = cause as PortalError;
      this.#error.set(error);
      return Promise.reject(error);
    }
    return this.#begin({ kind: 'portal', options });
  }

  managePaymentSources(options: ManagePaymentSourcesOptions = {}): Promise<void> {
    return this.#begin({ kind: 'paymentSources', options });
  }

  preload(): Promise<void> {
    this.preloads += 1;
    return Promise.resolve();
  }

  prefetchSession(options: PortalCustomerOptions = {}): Promise<void> {
    this.prefetches.push(options);
    return Promise.resolve();
  }

  close(): void {
    if (this.#current) this.emit({ type: 'close' });
  }

  logout(): Promise<void> {
    this.logouts += 1;
    this.close();
    return Promise.resolve();
  }

  /** Has this happen in what is open or opening. */
  emit(event: PortalEvent): void {
    const current = this.#needCurrent('emit');
    const isClose = event.type === 'close';
    this.#status.set(isClose ? 'idle' : 'open');
    if (isClose) this.#current = undefined;
    current.resolve();
    this.#events.next(event);
    current.options.onEvent?.(event);
  }

  /** Has what is open or opening fail. */
  fail(error: PortalError): void {
    const current = this.#needCurrent('failWith');
    const wasOpen = this.isOpen();
    this.#current = undefined;
    this.#status.set('idle');
    this.#error.set(error);
    current.reject(error);
    if (wasOpen) current.options.onError?.(error);
  }

  #begin(asked: TestOpening): Promise<void> {
    if (this.#current && !this.isOpen()) return this.#current.shown;
    this.close();
    this.openings.push(asked);
    this.#error.set(undefined);
    this.#status.set('opening');
    this.#current = new FakeOpening(asked.options);
    return this.#current.shown;
  }

  #needCurrent(method: string): FakeOpening {
    if (!this.#current) throw new Error(`${method}(): nothing is open or opening.`);
    return this.#current;
  }
}

/** What is open or opening, and the promise of the code that opened it. */
class FakeOpening {
  resolve!: () => void;
  reject!: (error: PortalError) => void;
  readonly shown = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(readonly options: PortalCallbacks) {}
}
