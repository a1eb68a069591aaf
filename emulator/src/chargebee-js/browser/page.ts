import type { Layout } from './frame.js';
import type { Callbacks } from './types.js';

/** A page that is opened: the portal, one of its sections, or a hosted page. */
export interface Page {
  layout: Layout;
  /** The URL, or a function that fetches it. If the promise rejects, the page is not opened. */
  url: string | (() => Promise<string>);
  /** Whether this is a portal page, which requires an authenticated customer. */
  portal: boolean;
  callbacks: Callbacks;
  /** The first `loaded` message. The portal has many pages, but calls the `loaded` callback once. */
  firstLoaded?: MessageEvent;
  /** Whether callbacks are disabled because the merchant's origin is not one of the site's allowed origins. */
  callbacksDisabled: boolean;
}
