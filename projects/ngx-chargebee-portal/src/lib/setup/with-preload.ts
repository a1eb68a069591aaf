import type { PortalPreload } from '../portal/portal-preload';
import { createFeature, type PortalFeature } from './portal-feature';
import { PRELOAD } from './tokens';

/**
 * Sets when buttons load chargebee.js, unless their `preload` input says otherwise. Without this feature it is `idle`.
 *
 * @param preload `intent` loads the script when a person points at a button or focuses it; `none` at the click.
 */
export function withPreload(preload: PortalPreload): PortalFeature<'preload'> {
  return createFeature('preload', { provide: PRELOAD, useValue: preload });
}
