/** Marks the elements of the directives. The value is `disabled` if the directive has disabled the element. */
const MARK = 'data-chargebee';

/** The host element of a directive. */
export interface HostElement {
  readonly element: HTMLElement;
  /** Whether the browser itself turns Enter and Space into a click of the element, or of a button inside it. */
  readonly handlesKeys: boolean;
  /** Returns whether it is a link now. A bound `href` can change that. */
  isLink(): boolean;
  /** Returns whether it is disabled: by `disabled`, by a `fieldset` around it, or by `aria-disabled`. */
  isDisabled(): boolean;
  /** Whether the server has rendered it as disabled by the directive. */
  readonly wasDisabled: boolean;
  /** Disables or enables it, by the property or the attribute that its kind of element supports. */
  disable(isDisabled: boolean): void;
  /** Focuses it, or the focusable element inside a custom element. */
  focus(): void;
}

/**
 * Sets the attributes that make an element a button for the keyboard and assistive technology. A `<button>` without a `type`
 * gets `type="button"`, so that it does not submit forms; a link keeps its `href`. A custom element, such as `<p-button>` or
 * `<ion-button>`, contains a button: it gets neither a role nor a tab stop, unless it has a `role` already.
 */
export function createHostElement(element: HTMLElement): HostElement {
  const isButton = element.matches('button,input');
  const isCustom = element.localName.includes('-');
  const handlesKeys = isButton || (isCustom && !element.hasAttribute('role'));
  const isLink = (): boolean => element.matches('[href]');
  const setDefault = (name: string, value: string): void => {
    if (!element.hasAttribute(name)) element.setAttribute(name, value);
  };

  // The harness finds the element by this attribute: bound inputs leave no attribute in the page.
  setDefault(MARK, '');
  if (isButton || !handlesKeys) setDefault('aria-haspopup', 'dialog');
  if (isButton) setDefault('type', 'button');
  if (!handlesKeys) {
    setDefault('role', 'button');
    if (!isLink()) setDefault('tabindex', '0');
  }

  return {
    element,
    handlesKeys,
    isLink,
    isDisabled: () => element.matches(':disabled,[aria-disabled="true"]'),
    wasDisabled: element.getAttribute(MARK) === 'disabled',
    disable(isDisabled) {
      element.setAttribute(MARK, isDisabled ? 'disabled' : '');
      // Angular sets `disabled` only on the directive that declares it as an input, not on a web component.
      if (isButton || isCustom) (element as HTMLButtonElement).disabled = isDisabled;
      else if (isDisabled) element.setAttribute('aria-disabled', 'true');
      else element.removeAttribute('aria-disabled');
    },
    focus() {
      const focusable = 'button,[href],[tabindex]';
      const inner = isCustom ? element.querySelector<HTMLElement>(focusable) : null;
      (inner ?? element).focus();
    },
  };
}
