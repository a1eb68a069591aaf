import type { PortalResource } from './backends/portal-backend';
import { countdown } from './clock';
import { isGood, sameKey, type Keyed, type KeyMatch, type PortalKey } from './portal-key';
import type { PortalSurface } from './portal-surface';

/** A session or a page, asked for and not used yet. */
export interface Held<T> extends Keyed {
  readonly surface: PortalSurface;
  readonly resource: Promise<T>;
}

/** Asks for sessions (or pages) and holds at most one, from the moment it is asked for until it is taken. */
export interface SessionKeeper {
  /** Drops what is held, unless it is good and for a wanted key. */
  keep(matches: KeyMatch): void;
  /** Makes sure that one is held for this key. */
  prefetch<T extends PortalResource>(surface: PortalSurface<T>, key: PortalKey): Held<T>;
  /** Hands over the one held for this key, or asks for one. It is not held any longer. */
  take<T extends PortalResource>(surface: PortalSurface<T>, key: PortalKey): Held<T>;
  /** Holds what was taken and turned out not to be used. */
  readonly hold: (held: Held<unknown>) => void;
}

/** Makes the keeper of what this function asks for. */
export function sessionKeeper(
  request: <T extends PortalResource>(surface: PortalSurface<T>, key: PortalKey) => Promise<T>,
): SessionKeeper {
  const HOUR_MS = 3_600_000;
  const MARGIN_MS = 60_000;
  let current: Held<unknown> | undefined;

  const hold = (held: Held<unknown>): void => {
    current = held;
    held.resource.catch(() => {
      if (current === held) current = undefined;
    });
  };

  const ask = <T extends PortalResource>(surface: PortalSurface<T>, key: PortalKey): Held<T> => {
    const left = countdown();
    let lifetime = HOUR_MS;
    return {
      surface,
      key,
      timeLeft: () => left(lifetime - MARGIN_MS),
      resource: request(surface, key).then((made) => {
        // By the backend's own clock, so that this computer's may be wrong.
        const lasts = Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt);
        lifetime = Math.min(lasts || HOUR_MS, HOUR_MS);
        return made;
      }),
    };
  };

  const prefetch = <T extends PortalResource>(
    surface: PortalSurface<T>,
    key: PortalKey,
  ): Held<T> => {
    if (!isGood(current, sameKey(key)) || current?.surface !== (surface as unknown))
      hold(ask(surface, key));
    return current as Held<T>;
  };

  return {
    prefetch,
    hold,
    keep(matches) {
      if (!isGood(current, matches)) current = undefined;
    },
    take(surface, key) {
      const taken = prefetch(surface, key);
      current = undefined;
      return taken;
    },
  };
}
