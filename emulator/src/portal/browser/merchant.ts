import type { PageMessage } from '../../chargebee-js/messages.js';
import type { PageData } from '../../html/page-data.js';

/** Returns the merchant's window: the parent of this iframe, or the opener of this window. */
export function merchantWindow(): Window | null {
  if (window.parent !== window) return window.parent;
  return window.opener as Window | null;
}

/** Posts a message to chargebee.js. The target origin ensures that no other page receives it. */
export function postToMerchant({ merchantOrigin }: PageData, message: PageMessage): void {
  if (merchantOrigin) merchantWindow()?.postMessage(message, merchantOrigin);
}
