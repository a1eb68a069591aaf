import { inject, Injectable } from '@angular/core';
import {
  PortalError,
  type PortalCustomerOptions,
  type PortalErrorCode,
  type PortalErrorDetails,
  type PortalEvent,
} from 'ngx-chargebee-portal';
import { FakePortalService, type FailingMethod } from './fake-portal-service';
import type { TestOpening } from './test-opening';

/**
 * Drives the fake portal in a test: returns what the code under test has opened, and makes things happen in it.
 *
 * ```ts
 * const portal = TestBed.inject(ChargebeePortalTestingController);
 * button.click();
 * expect(portal.expectOpen().options.section).toBe('PAYMENT_SOURCES');
 * portal.emit({ type: 'paymentSourceAdd', status: 'success' });
 * ```
 */
@Injectable()
export class ChargebeePortalTestingController {
  readonly #fake = inject(FakePortalService);

  /** How often chargebee.js was loaded ahead of time. */
  get preloads(): number {
    return this.#fake.preloads;
  }

  /** The sessions that were requested ahead of time. */
  get prefetches(): readonly PortalCustomerOptions[] {
    return this.#fake.prefetches;
  }

  /** How often `logout()` was called. */
  get logouts(): number {
    return this.#fake.logouts;
  }

  /**
   * Expects that the portal was opened once since the last expectation.
   *
   * @returns The opening, with its options.
   * @throws When nothing was opened, or more than one thing, or the page for payment methods.
   */
  expectOpen(): TestOpening {
    return this.#expect('portal');
  }

  /**
   * Expects that the page for managing payment methods was opened once since the last expectation.
   *
   * @returns The opening, with its options.
   * @throws When nothing was opened, or more than one thing, or the portal.
   */
  expectManagePaymentSources(): TestOpening {
    return this.#expect('paymentSources');
  }

  /**
   * Expects that nothing was opened without an expectation. Call it after each test.
   *
   * @throws When something was.
   */
  verify(): void {
    const { openings } = this.#fake;
    if (openings.length) {
      const kinds = openings.map(({ kind }) => kind).join(', ');
      throw new Error(`Opened, and not expected: ${kinds}.`);
    }
  }

  /**
   * Emits an event of the portal that is open or opening: `close` closes it, any other event opens it.
   *
   * @param event The event.
   * @throws When nothing is open or opening.
   */
  emit(event: PortalEvent): void {
    this.#fake.emit(event);
  }

  /**
   * Makes the portal that is open or opening fail.
   *
   * @param error The error, or its code.
   * @param details The details of an error that is created from a code.
   * @throws When nothing is open or opening.
   */
  failWith(error: PortalError | PortalErrorCode, details?: PortalErrorDetails): void {
    this.#fake.fail(toError(error, details));
  }

  /**
   * Makes the next call of `logout()`, `preload()` or `prefetchSession()` fail.
   *
   * @param method The method of `ChargebeePortalService`.
   * @param error The error, or its code.
   * @param details The details of an error that is created from a code.
   */
  failNext(
    method: FailingMethod,
    error: PortalError | PortalErrorCode,
    details?: PortalErrorDetails,
  ): void {
    this.#fake.failNext(method, toError(error, details));
  }

  #expect(kind: TestOpening['kind']): TestOpening {
    const openings = this.#fake.openings.splice(0);
    const kinds = openings.map((opening) => opening.kind);
    if (kinds.join() !== kind) {
      throw new Error(`Expected one opening of ${kind}, found: ${kinds.join(', ') || 'none'}.`);
    }
    return openings[0];
  }
}

function toError(error: PortalError | PortalErrorCode, details?: PortalErrorDetails): PortalError {
  if (error instanceof PortalError) return error;
  return new PortalError(error, `${error}, from the test.`, details);
}
