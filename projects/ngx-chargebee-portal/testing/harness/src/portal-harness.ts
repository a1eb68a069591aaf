import { ComponentHarness, HarnessPredicate, type BaseHarnessFilters } from '@angular/cdk/testing';

/** The filters of `ChargebeePortalHarness.with()`. */
export interface ChargebeePortalHarnessFilters extends BaseHarnessFilters {
  /** Only finds elements with this text, or with a text that matches the pattern. */
  text?: string | RegExp;
}

/**
 * Harness for an element with the `chargebeePortal` or the `chargebeePaymentSources` directive.
 *
 * ```ts
 * const button = await loader.getHarness(ChargebeePortalHarness.with({ text: 'Manage billing' }));
 * await button.press();
 * ```
 */
export class ChargebeePortalHarness extends ComponentHarness {
  /** Matches the elements of both directives. */
  static readonly hostSelector = '[data-chargebee]';

  /**
   * Creates a predicate for finding an element by its text, selector or ancestor.
   *
   * @param filters The filters. An element must match all of them.
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

  /** Returns the element's text. */
  async text(): Promise<string> {
    return (await this.host()).text();
  }

  /** Returns whether the element is opening the portal. */
  async isBusy(): Promise<boolean> {
    return (await (await this.host()).getAttribute('aria-busy')) === 'true';
  }

  /** Returns whether the element is disabled: by `disabled`, by `aria-disabled` or by a disabled `fieldset` around it. */
  async isDisabled(): Promise<boolean> {
    return (await this.host()).matchesSelector(':disabled, [aria-disabled="true"]');
  }

  /** Returns whether the element is focused. */
  async isFocused(): Promise<boolean> {
    return (await this.host()).isFocused();
  }
}
