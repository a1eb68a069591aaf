import { css } from '../modal-css.js';

/** The modal's style, inline with the page's CSP nonce when there is one, else as the style sheet that the portal's host serves. */
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
