import type { PortalBackend } from '../backends/portal-backend';
import { createFeature, type PortalFeature } from './portal-feature';
import { BACKEND_FACTORY } from './tokens';

/**
 * Requests sessions from a backend of your own.
 *
 * @param factory Creates the backend. Runs once, in an injection context, when the backend is first needed.
 */
export function withBackend(factory: () => PortalBackend): PortalFeature<'backend'> {
  return createFeature('backend', { provide: BACKEND_FACTORY, useValue: factory });
}
