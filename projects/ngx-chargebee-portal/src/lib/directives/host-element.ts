/** Marks the elements of the directives. Its value is `disabled` for those that their directive has disabled. */
const MARK = 'data-chargebee';

/** The element that a directive is on. */
export interface HostElement {
  readonly element: HTMLElement;
  /** Whether Enter and Space press the element, or a button inside it, without our help. */
  readonly handlesKeys: boolean;
  /** Whether it is a link now; its `href` may be bound. */
  isLink(): boolean;
  /** Whether it is disabled: by the application, by a `fieldset` around it, or by `aria-disabled`. */
  isDisabled(): boolean;
  /** Whether the directive has disabled it on the server, and its page came with that. */
  readonly wasDisabled: boolean;
  /** Disables or enables it. */
  disable(isDisabled: boolean): void;
  /** Focuses it, or what is focusable in a custom element. */
  focus(): void;
}

/**
 * Gives an element what makes it a button. A `<button>` without a `type` does not submit forms; a link keeps its address.
 * A custom element, such as `<p-button>` or `<ion-button>`, has a button inside: it is given neither a role nor a tab
 * stop, unless it has a `role` already.
 */
export function createHostElement(element: HTMLElement): HostElement {
  const isButton = element.matches('button,input');
  const isCustom = element.localName.includes('-');
  const handlesKeys = isButton || (isCustom && !element.hasAttribute('role'));
  const isLink = (): boolean => element.matches('a[href]');
  const setDefault = (name: string, value: string): void => {
    if (!element.hasAttribute(name)) element.setAttribute(name, value);
  };

  // The harness finds the element by this: bound inputs leave nothing in the page.
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
      // Angular sets an input that a directive declares on the directive only, so a web component gets it here.
      if (isButton || isCustom) (element as HTMLButtonElement).disabled = isDisabled;
      else if (isDisabled) element.setAttribute('aria-disabled', 'true');
      else element.removeAttribute('aria-disabled');
    },
    focus() {
      const focusable = 'button,a[href],[tabindex]';
      const inner = isCustom ? element.querySelector<HTMLElement>(focusable) : null;
      (inner ?? element).focus();
    },
  };
}
