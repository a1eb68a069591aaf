import type { PortalIdentity } from './features';

/** Whose portal: everything that is held, asked for or authenticated belongs to one of these. */
export interface PortalKey {
  readonly identity: PortalIdentity;
  readonly customerId: string | undefined;
}

/** Whether a key is wanted. */
export type KeyMatch = (key: PortalKey) => boolean;

/** Matches the keys equal to this one. */
export const sameKey =
  (a: PortalKey): KeyMatch =>
  (b) =>
    a.identity === b.identity && a.customerId === b.customerId;
