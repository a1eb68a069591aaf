import { computed, inject, signal } from '@angular/core';
import { Subject, type Observable } from 'rxjs';
import { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { ChargebeePortalService, PortalStatus } from '../portal/portal-service';
import { PORTAL_LISTENERS } from '../setup/tokens';

/** The service in server-side rendering. It opens nothing, and rejects `open()`. */
export class ServerPortalService implements ChargebeePortalService {
  readonly #listeners = inject(PORTAL_LISTENERS);
  readonly #error = signal<PortalError | undefined>(undefined);
  readonly status = signal<PortalStatus>('idle').asReadonly();
  readonly error = this.#error.asReadonly();
  readonly isOpen = computed(() => false);
  readonly events: Observable<PortalEvent> = new Subject();

  open(): Promise<void> {
    const error = new PortalError('NOT_IN_BROWSER');
    this.#error.set(error);
    for (const listener of this.#listeners) listener?.onError(error, { buttonDestroyed: false });
    return Promise.reject(error);
  }

  managePaymentSources(): Promise<void> {
    return this.open();
  }

  preload(): Promise<void> {
    return Promise.resolve();
  }

  prefetchSession(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // Nothing is open.
  }

  logout(): Promise<void> {
    return Promise.resolve();
  }
}
