import { createFeature, type PortalFeature } from './portal-feature';
import { SCRIPT_URL } from './tokens';

/**
 * Loads chargebee.js from another URL, for tests and for `chargebee-emulator`. Do not use it in production: Chargebee's terms
 * require that the script is loaded from Chargebee.
 *
 * ```ts
 * withScriptUrl('http://localhost:4010/v2/chargebee.js')
 * ```
 *
 * @param url The absolute URL of the script.
 */
export function withScriptUrl(url: string): PortalFeature<'scriptUrl'> {
  return createFeature('scriptUrl', { provide: SCRIPT_URL, useValue: url });
}
