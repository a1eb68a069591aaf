import type { PortalBackend } from '../backends/portal-backend';
import { createFeature, type PortalFeature } from './portal-feature';
import { BACKEND_FACTORY } from './tokens';

/**
 * Requests sessions with your own code, for a backend that `withGraphql()`, `withRest()` and `withApollo()` cannot reach.
 *
 * ```ts
 * withBackend(() => inject(BillingBackend)) // a service that implements PortalBackend
 * ```
 *
 * @param factory Creates the backend. Runs once, in an injection context, when the backend is first needed.
 */
export function withBackend(factory: () => PortalBackend): PortalFeature<'backend'> {
  return createFeature('backend', { provide: BACKEND_FACTORY, useValue: factory });
}
