import type { Layout } from './frame.js';
import type { Callbacks } from './types.js';

/** One opening: of the portal, of one of its sections, or of a hosted page. */
export interface Page {
  layout: Layout;
  /** Where it is, or how to find out. A rejection ends the opening. */
  url: string | (() => Promise<string>);
  /** Whether the customer must be known to the portal first. */
  portal: boolean;
  callbacks: Callbacks;
  /** The message that told that it has loaded: the portal has many pages, but is loaded once. */
  loaded?: MessageEvent;
  /** Whether the page has told that it may not call callbacks, the merchant's origin not being one of the site's. */
  silent: boolean;
}
