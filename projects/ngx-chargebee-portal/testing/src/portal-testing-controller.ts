import { inject, Injectable } from '@angular/core';
import {
  PortalError,
  type PortalCustomerOptions,
  type PortalErrorCode,
  type PortalErrorDetails,
  type PortalEvent,
} from 'ngx-chargebee-portal';
import { FakePortalService } from './fake-portal-service';
import type { TestOpening } from './test-opening';

/**
 * Drives the portal in a test: tells what the code under test has opened, and has things happen in it.
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

  /** How often chargebee.js was asked for ahead of time. */
  get preloads(): number {
    return this.#fake.preloads;
  }

  /** The sessions that were asked for ahead of time. */
  get prefetches(): readonly PortalCustomerOptions[] {
    return this.#fake.prefetches;
  }

  /** How often the user was logged out of the portal. */
  get logouts(): number {
    return this.#fake.logouts;
  }

  /**
   * The portal was opened, once since the last expectation.
   *
   * @returns The opening, with its options.
   * @throws When nothing was opened, or more than one thing, or the page for payment methods.
   */
  expectOpen(): TestOpening {
    return this.#expect('portal');
  }

  /**
   * The page for managing payment methods was opened, once since the last expectation.
   *
   * @returns The opening, with its options.
   * @throws When nothing was opened, or more than one thing, or the portal.
   */
  expectManagePaymentSources(): TestOpening {
    return this.#expect('paymentSources');
  }

  /**
   * Nothing was opened that has not been expected. Call it after each test.
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
   * Has something happen in what is open or opening: `loaded` opens it, as does anything else that happens in it, and
   * `close` closes it.
   *
   * @param event What happens.
   * @throws When nothing is open or opening.
   */
  emit(event: PortalEvent): void {
    this.#fake.emit(event);
  }

  /**
   * Has what is open or opening fail.
   *
   * @param error The error, or the code of one.
   * @param details What an error made from the code carries.
   * @throws When nothing is open or opening.
   */
  failWith(error: PortalError | PortalErrorCode, details?: PortalErrorDetails): void {
    this.#fake.fail(
      error instanceof PortalError
        ? error
        : new PortalError(error, `${error}, as the test has it.`, details),
    );
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
