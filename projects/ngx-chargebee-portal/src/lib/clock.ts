/**
 * Starts a stopwatch and gives the milliseconds since. A corrected clock cannot make it slow, since it goes by
 * `performance.now()`, nor can a sleeping computer, where that may stand still, since it goes by `Date.now()` too.
 */
export function stopwatch(): () => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}
