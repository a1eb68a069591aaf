import type { PageEvent } from '../chargebee-js/messages.js';

/** The data that a page's script reads from the `data-page` attribute of the body. */
export interface PageData {
  /** The origin of the merchant's page, when chargebee.js has opened this page. */
  merchantOrigin?: string;
  /** Whether the page is in the modal, and must leave space for its close button. */
  framed?: boolean;
  /** Whether callbacks fire, because `merchantOrigin` is one of the site's allow-listed domains. */
  callbacks: boolean;
  /** What the script does instead of reporting that the page has loaded. `silent` pages report nothing. */
  task?: 'authenticate' | 'logged-out' | 'failed' | 'done' | 'silent';
  /** The URL to open after authentication. */
  next?: string;
  /** Callbacks to fire. */
  events?: readonly PageEvent[];
}
