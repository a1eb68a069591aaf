/**
 * Starts a countdown, and gives the milliseconds that are left. A corrected clock cannot make it slow, since it goes by
 * `performance.now()`, nor can a sleeping computer, where that may stand still, since it goes by `Date.now()` too.
 */
export function countdown(): (from: number) => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return (from) => from - Math.max(performance.now() - monotonic, Date.now() - wall);
}
