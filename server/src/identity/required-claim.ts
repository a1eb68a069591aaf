import type { RequiredClaim } from '../config/identity.js';
import { PortalError } from '../errors.js';
import type { TokenUser } from './bearer.js';
import { describeClaim, describeObstacle, findClaim, type FoundClaim } from './claims.js';
import { Refusal, type RefusalFacts } from './refusal.js';

/**
 * Checks `AUTH_REQUIRED_CLAIM`.
 * @throws PortalError `FORBIDDEN` when the user's token lacks the claim or its value
 */
export function checkRequiredClaim(user: TokenUser, required: RequiredClaim | undefined): void {
  if (!required) return;
  const { values } = required;
  const found = findClaim(user.claims, required.claim);
  const given = found.isObstacle ? [] : valuesOf(found.value);
  if (given.some((item) => values.includes(item))) return;
  throw new PortalError('FORBIDDEN', 'You may not manage billing.', {
    cause: new Refusal('required_claim', factsOf(found, values)),
  });
}

function factsOf(found: FoundClaim, values: readonly string[]): RefusalFacts {
  const { claim, value } = found;
  if (found.isObstacle) return describeObstacle(found);
  return { claim, expected: values.join(' or '), got: describeClaim(value) };
}

/** Returns the values in a claim: a string and its words (as in `scope`), or the items of a list. */
function valuesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value, ...value.split(' ')];
  // Lists and objects within a list are not values: as a text, a list of one item would look like that item.
  return [value].flat().filter(isScalar).map(String);
}

/** Includes booleans and numbers: `billing_admin` is `true` in many tokens. */
function isScalar(value: unknown): value is string | boolean | number {
  return ['string', 'boolean', 'number'].includes(typeof value);
}
