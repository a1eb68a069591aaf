/**
 * Starts a countdown. The returned function gives the milliseconds that are left of a duration. A corrected clock cannot
 * slow it down, since it uses `performance.now()`. Nor can a sleeping computer, where that may stand still, since it uses
 * `Date.now()` too.
 */
export function startCountdown(): (duration: number) => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return (duration) => duration - Math.max(performance.now() - monotonic, Date.now() - wall);
}
