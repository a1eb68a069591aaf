import { ComponentHarness, HarnessPredicate, type BaseHarnessFilters } from '@angular/cdk/testing';

/** Which element a harness is to be found for. */
export interface ChargebeePortalHarnessFilters extends BaseHarnessFilters {
  /** Its text, or a pattern of it. */
  text?: string | RegExp;
}

/** The harness of an element with `chargebeePortal` or `chargebeePaymentSources`. */
export class ChargebeePortalHarness extends ComponentHarness {
  /** Finds the elements of both directives. */
  static readonly hostSelector = '[data-chargebee]';

  /**
   * A predicate that finds one by its text or a selector.
   *
   * @param filters What it has to match.
   */
  static with(
    filters: ChargebeePortalHarnessFilters = {},
  ): HarnessPredicate<ChargebeePortalHarness> {
    return new HarnessPredicate(ChargebeePortalHarness, filters).addOption(
      'text',
      filters.text,
      (harness, text) => HarnessPredicate.stringMatches(harness.text(), text),
    );
  }

  /** Presses it. */
  async press(): Promise<void> {
    await (await this.host()).click();
  }

  /** Moves the pointer over it, as one does who is about to press it. */
  async hover(): Promise<void> {
    await (await this.host()).hover();
  }

  /** Gives it the focus. */
  async focus(): Promise<void> {
    await (await this.host()).focus();
  }

  /** Its text. */
  async text(): Promise<string> {
    return (await this.host()).text();
  }

  /** Whether its opening is under way. */
  async isBusy(): Promise<boolean> {
    return (await (await this.host()).getAttribute('aria-busy')) === 'true';
  }

  /** Whether it is disabled. */
  async isDisabled(): Promise<boolean> {
    return (await this.host()).getProperty<boolean>('disabled');
  }

  /** Whether it has the focus. */
  async isFocused(): Promise<boolean> {
    return (await this.host()).isFocused();
  }
}
