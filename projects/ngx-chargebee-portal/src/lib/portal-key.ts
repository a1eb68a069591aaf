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

/** Something that belongs to a key, for a time. */
export interface Keyed {
  readonly key: PortalKey;
  /** For how many milliseconds it is still good. */
  timeLeft(): number;
}

/** Whether there is such a thing, still good and for a wanted key. */
export const isGood = (entry: Keyed | undefined, matches: KeyMatch): boolean =>
  !!entry && entry.timeLeft() > 0 && matches(entry.key);
