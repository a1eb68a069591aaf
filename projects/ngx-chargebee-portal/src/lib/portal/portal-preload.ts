/**
 * When chargebee.js is loaded.
 *
 * - `idle`: when the browser is idle after the button has been rendered.
 * - `intent`: when the user points at the button, focuses or touches it. A session is requested with it.
 * - `none`: on the click.
 */
export type PortalPreload = 'idle' | 'intent' | 'none';
