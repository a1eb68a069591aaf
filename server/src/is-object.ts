/** Returns whether a value, such as parsed JSON, is an object; arrays and null are not. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
