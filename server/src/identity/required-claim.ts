import type { RequiredClaim } from '../config/identity.js';
import { PortalError } from '../errors.js';
import type { TokenUser } from './bearer.js';
import { describeClaim, readClaim } from './claims.js';
import { Refusal } from './refusal.js';

/**
 * Checks `AUTH_REQUIRED_CLAIM`.
 * @throws PortalError `FORBIDDEN` when the user's token lacks the claim or its value
 */
export function checkRequiredClaim(user: TokenUser, required: RequiredClaim | undefined): void {
  if (!required) return;
  const { claim, values } = required;
  const value = readClaim(user.claims, claim);
  if (valuesOf(value).some((item) => values.includes(String(item)))) return;
  throw new PortalError('FORBIDDEN', 'You may not manage billing.', {
    cause: new Refusal('required_claim', {
      claim,
      expected: values.join(' or '),
      got: describeClaim(value),
    }),
  });
}

/** Returns the values in a claim: a string and its words (as in `scope`), or the items of a list. */
function valuesOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [value, ...value.split(' ')];
  if (Array.isArray(value)) return value;
  // `billing_admin=true` is a boolean in many tokens.
  return typeof value === 'boolean' || typeof value === 'number' ? [String(value)] : [];
}
