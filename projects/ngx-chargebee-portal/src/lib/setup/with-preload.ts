import type { PortalPreload } from '../portal/portal-preload';
import { createFeature, type PortalFeature } from './portal-feature';
import { PRELOAD } from './tokens';

/**
 * Sets when buttons load chargebee.js: the default of their `preload` input. Without this feature it is `idle`.
 *
 * @param preload `idle` loads the script when the browser is idle, `intent` when the user points at the button or focuses it,
 *   `none` when the user clicks it.
 */
export function withPreload(preload: PortalPreload): PortalFeature<'preload'> {
  return createFeature('preload', { provide: PRELOAD, useValue: preload });
}
