import { createFeature, type PortalFeature } from './portal-feature';
import { SCRIPT_URL } from './tokens';

/**
 * Loads chargebee.js from another URL: for tests, and for `chargebee-emulator`. In production keep the default:
 * Chargebee's terms require that its script is loaded from Chargebee.
 *
 * @param url The absolute URL of the script.
 */
export function withScriptUrl(url: string): PortalFeature<'scriptUrl'> {
  return createFeature('scriptUrl', { provide: SCRIPT_URL, useValue: url });
}
