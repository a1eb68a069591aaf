import type { PortalIdentity } from '../portal/portal-identity';

/** The user and customer that a session or an opening is for. */
export interface PortalKey {
  /** The id of the signed-in user. */
  readonly identity: PortalIdentity;
  /** The requested customer; undefined for the user's only one. */
  readonly customerId: string | undefined;
}

/** Returns whether both are for the same user and customer. */
export const isSameKey = (a: PortalKey, b: PortalKey): boolean =>
  a.identity === b.identity && a.customerId === b.customerId;
