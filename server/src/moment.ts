/** A moment in milliseconds, by both clocks of this process. */
export interface Moment {
  /** By `performance.now()`: this clock cannot be set, and stands still while the machine is suspended. */
  monotonic: number;
  /** By `Date.now()`: this clock can be set, and is correct after a suspension. */
  wall: number;
}

export function currentMoment(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** The moment of an event that has not happened yet. */
export const NEVER: Moment = { monotonic: -Infinity, wall: -Infinity };

/**
 * Returns the milliseconds since a moment, including the time in which the machine was suspended. If the wall clock has been
 * set forward since, the result is too large; use this only where that is harmless. Setting it back makes no difference.
 */
export function elapsedSince({ monotonic, wall }: Moment): number {
  const now = currentMoment();
  return Math.max(now.monotonic - monotonic, now.wall - wall);
}
