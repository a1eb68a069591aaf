/** A moment of this process, in milliseconds, on both of its clocks. */
export interface Moment {
  /** On `performance.now()`'s clock: it cannot be set, and stands still while the machine is suspended. */
  monotonic: number;
  /** On `Date.now()`'s clock: it can be set, and is right after a suspension. */
  wall: number;
}

export function currentMoment(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** When nothing has happened yet. */
export const NEVER: Moment = { monotonic: -Infinity, wall: -Infinity };

/**
 * How long ago a moment was, in milliseconds, with the time in which the machine was suspended. A wall clock that was set
 * forward meanwhile makes it longer; so do not use this where that does harm. One that was set back makes no difference.
 */
export function elapsedSince({ monotonic, wall }: Moment): number {
  const now = currentMoment();
  return Math.max(now.monotonic - monotonic, now.wall - wall);
}
