import type { PortalIdentitySource } from '../portal/portal-identity';
import { createFeature, type PortalFeature } from './portal-feature';
import { IDENTITY_FACTORY } from './tokens';

/**
 * Tells the library who is signed in, so that nobody sees the portal of the user before.
 *
 * ```ts
 * withIdentity(() => inject(Auth).userId)
 * ```
 *
 * When the user changes, an open portal is closed, its session is dropped and chargebee.js is logged out. A signal or an
 * observable reports that at once; a plain value is read again before the portal is opened. Anything but a string, a
 * number or nothing fails with `NOT_CONFIGURED`.
 *
 * Return an id that changes with whatever decides the customer: where a token is of one of the user's organisations, the
 * user's id together with the organisation's.
 *
 * @param identity Returns a signal or an observable of the user's id, or the id itself. Runs in an injection context.
 */
export function withIdentity(identity: () => PortalIdentitySource): PortalFeature<'identity'> {
  return createFeature('identity', { provide: IDENTITY_FACTORY, useValue: identity });
}
