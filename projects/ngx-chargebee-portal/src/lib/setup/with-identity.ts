import type { PortalIdentitySource } from '../portal/portal-identity';
import { createFeature, type PortalFeature } from './portal-feature';
import { IDENTITY_FACTORY } from './tokens';

/**
 * Sets the id of the signed-in user, so that no user sees the portal of the previous one.
 *
 * ```ts
 * withIdentity(() => inject(Auth).userId)
 * ```
 *
 * When the id changes, the library closes an open portal, discards its session and logs chargebee.js out. It notices the
 * change of a signal or an observable at once, unless the observable has completed; a plain value is read again each time
 * before the portal is opened, and every quarter of a second until it is closed. An id that is not a string, a number, `null`
 * or `undefined` fails with `NOT_CONFIGURED`.
 *
 * If your backend determines the customer by more than the user, include that in the id. If a token is for one organisation
 * of the user, for example, combine the ids of both: `${userId}/${organisationId}`.
 *
 * @param identity Returns a signal or an observable of the id, or the id itself. Runs in an injection context.
 */
export function withIdentity(identity: () => PortalIdentitySource): PortalFeature<'identity'> {
  return createFeature('identity', { provide: IDENTITY_FACTORY, useValue: identity });
}
