/**
 * Starts a countdown. The returned function returns the milliseconds that are left of a duration. It uses two clocks, and the
 * one that has advanced more: `Date.now()` can be set back, and `performance.now()` may stop while the computer sleeps.
 */
export function startCountdown(): (duration: number) => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return (duration) => duration - Math.max(performance.now() - monotonic, Date.now() - wall);
}
