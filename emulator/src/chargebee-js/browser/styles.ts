import { css } from '../modal-css.js';

/** Adds the modal's styles: inline when the page has a CSP nonce, otherwise as a link to the style sheet on the portal's host. */
export function loadStyles(domain: string, nonce?: string): void {
  if (document.getElementById('cb-styles')) return;
  const element = nonce ? inlineStyle(nonce) : linkedStyle(`${domain}/v2/chargebee.css`);
  element.id = 'cb-styles';
  document.head.append(element);
}

function inlineStyle(nonce: string): HTMLElement {
  const style = document.createElement('style');
  style.nonce = nonce;
  style.textContent = css;
  return style;
}

function linkedStyle(href: string): HTMLElement {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  return link;
}
