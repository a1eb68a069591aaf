import type { PageEvent } from '../chargebee-js/messages.js';

/** What a page's script needs to know; it stands in the body's `data-page`. */
export interface PageData {
  /** The origin of the merchant's page that shows this one, when it is shown by chargebee.js. */
  host?: string;
  /** Whether it is shown in the modal, whose close button needs its place. */
  framed?: boolean;
  /** Whether that origin is one of the site's, so that callbacks fire. */
  callbacks: boolean;
  /** What the page is for, when it is not one to be told of as loaded. `silent` pages tell nothing. */
  task?: 'authenticate' | 'logged-out' | 'failed' | 'done' | 'silent';
  /** Where an authentication leads. */
  next?: string;
  /** Callbacks to fire. */
  events?: readonly PageEvent[];
}
