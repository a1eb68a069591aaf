import type { PageMessage } from '../../chargebee-js/messages.js';
import type { PageData } from '../../html/page-data.js';

/** The window of the merchant's page: what frames this one, or has opened it. */
export function hostWindow(): Window | null {
  if (window.parent !== window) return window.parent;
  return window.opener as Window | null;
}

/** Tells chargebee.js on the merchant's page, and no other page. */
export function tell({ host }: PageData, message: PageMessage): void {
  if (host) hostWindow()?.postMessage(message, host);
}
