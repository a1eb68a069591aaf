import { ComponentHarness, HarnessPredicate, type BaseHarnessFilters } from '@angular/cdk/testing';

/** Criteria for finding an element with `chargebeePortal` or `chargebeePaymentSources`. */
export interface ChargebeePortalHarnessFilters extends BaseHarnessFilters {
  /** The element's text, or a pattern that it matches. */
  text?: string | RegExp;
}

/** Harness for an element with the `chargebeePortal` or the `chargebeePaymentSources` directive. */
export class ChargebeePortalHarness extends ComponentHarness {
  /** Matches the elements of both directives. */
  static readonly hostSelector = '[data-chargebee]';

  /**
   * Creates a predicate that finds an element by its text, selector or ancestor.
   *
   * @param filters The criteria; all of them must match.
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

  /** Clicks the element. */
  async press(): Promise<void> {
    await (await this.host()).click();
  }

  /** Moves the pointer over the element. */
  async hover(): Promise<void> {
    await (await this.host()).hover();
  }

  /** Focuses the element. */
  async focus(): Promise<void> {
    await (await this.host()).focus();
  }

  /** Gets the element's text. */
  async text(): Promise<string> {
    return (await this.host()).text();
  }

  /** Whether the portal is opening. */
  async isBusy(): Promise<boolean> {
    return (await (await this.host()).getAttribute('aria-busy')) === 'true';
  }

  /** Whether the element is disabled: by `disabled`, by `aria-disabled` or by a disabled `fieldset` around it. */
  async isDisabled(): Promise<boolean> {
    return (await this.host()).matchesSelector(':disabled, [aria-disabled="true"]');
  }

  /** Whether the element is focused. */
  async isFocused(): Promise<boolean> {
    return (await this.host()).isFocused();
  }
}
