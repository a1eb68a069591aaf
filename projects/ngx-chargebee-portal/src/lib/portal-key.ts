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

/** A place for one such thing: it is dropped at the end of its time, and when another key is wanted. */
export interface KeyedSlot<T extends Keyed> {
  get(): T | undefined;
  /** Puts this in the place of what is there; nothing, to empty it. */
  put(next?: T): void;
  /** Drops what is there, unless it is good and for a wanted key. */
  readonly keep: (matches: KeyMatch) => void;
}

/** Makes an empty one, with what to do when something is dropped. */
export function keyedSlot<T extends Keyed>(onDrop?: () => void): KeyedSlot<T> {
  let entry: T | undefined;
  let timer: ReturnType<typeof setTimeout>;
  const put = (next?: T): void => {
    clearTimeout(timer);
    entry = next;
    if (next) timer = setTimeout(drop, next.timeLeft());
  };
  const drop = (): void => {
    put();
    onDrop?.();
  };
  return {
    get: () => entry,
    put,
    keep(matches) {
      if (entry && !(entry.timeLeft() > 0 && matches(entry.key))) drop();
    },
  };
}
