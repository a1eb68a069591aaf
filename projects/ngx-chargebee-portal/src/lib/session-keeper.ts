import type { PortalResource } from './backends/portal-backend';
import { countdown } from './clock';
import { keyedSlot, sameKey, type Keyed, type KeyedSlot, type PortalKey } from './portal-key';

const HOUR_MS = 3_600_000;
const MARGIN_MS = 60_000;

/** A session or a page, asked for and not used yet. */
export interface Held<T> extends Keyed {
  readonly resource: Promise<T>;
}

/** Asks for sessions (or pages) and holds at most one, from the moment it is asked for until it is taken. */
export interface SessionKeeper<T> extends Pick<KeyedSlot<Held<T>>, 'keep'> {
  /** Makes sure that one is held for this key. */
  prefetch(key: PortalKey): Held<T>;
  /** Hands over the one held for this key, or asks for one. It is not held any longer. */
  take(key: PortalKey): Held<T>;
  /** Holds what was taken and turned out not to be used. */
  hold(held: Held<T>): void;
}

/** Makes the keeper of what this function asks for. */
export function sessionKeeper<T extends PortalResource>(
  request: (key: PortalKey) => Promise<T>,
): SessionKeeper<T> {
  const slot = keyedSlot<Held<T>>();

  const hold = (held: Held<T>): void => {
    const ifHeld = (next?: Held<T>) => () => {
      if (slot.get() === held) slot.put(next);
    };
    slot.put(held);
    held.resource.then(ifHeld(held), ifHeld()); // Its lifetime is known then.
  };

  const ask = (key: PortalKey): Held<T> => {
    const left = countdown();
    let lifetime = HOUR_MS;
    return {
      key,
      timeLeft: () => left(lifetime - MARGIN_MS),
      resource: request(key).then((made) => {
        // By the backend's own clock, so that this computer's may be wrong.
        lifetime = Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt) || HOUR_MS;
        return made;
      }),
    };
  };

  const prefetch = (key: PortalKey): Held<T> => {
    slot.keep(sameKey(key));
    if (!slot.get()) hold(ask(key));
    return slot.get()!;
  };

  return {
    prefetch,
    hold,
    keep: slot.keep,
    take(key) {
      const taken = prefetch(key);
      slot.put();
      return taken;
    },
  };
}
