/** Returns the median; for an even number of values, the upper one of the middle two. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
