/**
 * When a button loads chargebee.js.
 *
 * - `idle`: when the browser is idle, after the button has been rendered.
 * - `intent`: when the user points at the button, focuses it or touches it. A `chargebeePortal` button also requests a session
 *   then.
 * - `none`: when the user clicks the button.
 */
export type PortalPreload = 'idle' | 'intent' | 'none';
