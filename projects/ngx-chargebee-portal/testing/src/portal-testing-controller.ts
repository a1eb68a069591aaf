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
 * Controls the fake portal in a test: returns the options that the code under test has opened it with, and emits its events
 * and errors.
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

  /** The number of calls of `preload()`. */
  get preloads(): number {
    return this.#fake.preloads;
  }

  /** The options of each `prefetchSession()` that would have requested a session. */
  get prefetches(): readonly PortalCustomerOptions[] {
    return this.#fake.prefetches;
  }

  /** The number of calls of `logout()`. */
  get logouts(): number {
    return this.#fake.logouts;
  }

  /**
   * Expects that exactly one portal was opened since the last `expect…` call.
   *
   * @returns The opening, with its options.
   * @throws Error If nothing, several portals, or the page for managing payment methods was opened.
   */
  expectOpen(): TestOpening {
    return this.#expect('portal');
  }

  /**
   * Expects that exactly one page for managing payment methods was opened since the last `expect…` call.
   *
   * @returns The opening, with its options.
   * @throws Error If nothing, several pages, or the portal was opened.
   */
  expectManagePaymentSources(): TestOpening {
    return this.#expect('paymentSources');
  }

  /**
   * Expects that nothing was opened since the last `expect…` call. Call it after each test.
   *
   * @throws Error If something was opened.
   */
  verify(): void {
    const { openings } = this.#fake;
    if (openings.length) {
      const kinds = openings.map(({ kind }) => kind).join(', ');
      throw new Error(`Opened, and not expected: ${kinds}.`);
    }
  }

  /**
   * Emits an event of the portal that is opening or open. `close` closes the portal; any other event marks it as open.
   *
   * @param event The event.
   * @throws Error If nothing is opening or open.
   */
  emit(event: PortalEvent): void {
    this.#fake.emit(event);
  }

  /**
   * Makes the portal that is opening or open fail.
   *
   * @param error The error, or its code.
   * @param details The details, if `error` is a code.
   * @throws Error If nothing is opening or open.
   */
  failWith(error: PortalError | PortalErrorCode, details?: PortalErrorDetails): void {
    this.#fake.fail(toError(error, details));
  }

  /**
   * Makes the next call of `logout()`, `preload()` or `prefetchSession()` fail.
   *
   * @param method The method of `ChargebeePortalService`.
   * @param error The error, or its code.
   * @param details The details, if `error` is a code.
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
