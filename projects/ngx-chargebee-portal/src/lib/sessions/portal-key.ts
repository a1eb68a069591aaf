import type { PortalIdentity } from '../portal/portal-identity';

/** Identifies whose portal a session opens: that of a signed-in user, for a customer. */
export interface PortalKey {
  /** Who was signed in. */
  readonly identity: PortalIdentity;
  /** The requested customer. When undefined, the user's only one. */
  readonly customerId: string | undefined;
}

/** Whether both are of the same user and customer. */
export const isSameKey = (a: PortalKey, b: PortalKey): boolean =>
  a.identity === b.identity && a.customerId === b.customerId;
