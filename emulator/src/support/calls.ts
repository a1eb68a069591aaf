import { CHARGEBEE_CALLS } from './chargebee-api.js';

const CALLS: ReadonlySet<string> = new Set(CHARGEBEE_CALLS);

/** Returns the Chargebee API call that matches a request, such as `GET /customers/{id}`. Literal paths take precedence over ids. */
export function callOf(method: string, path: string): string | undefined {
  const parts = path.split('/');
  const withId = parts.map((_part, at) => parts.with(at, '{id}').join('/'));
  return [path, ...withId].map((one) => `${method} ${one}`).find((call) => CALLS.has(call));
}
