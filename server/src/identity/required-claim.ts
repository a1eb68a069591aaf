import type { RequiredClaim } from '../config/identity.js';
import { PortalError } from '../errors.js';
import type { TokenUser } from './bearer.js';
import { describeClaim, readClaim } from './claims.js';
import { Refusal } from './refusal.js';

/** Throws `FORBIDDEN` unless the user's token holds what `AUTH_REQUIRED_CLAIM` asks for. */
export function checkRequiredClaim(user: TokenUser, required: RequiredClaim | undefined): void {
  if (!required) return;
  const { claim, values } = required;
  const value = readClaim(user.claims, claim);
  if (heldBy(value).some((item) => values.includes(String(item)))) return;
  throw new PortalError('FORBIDDEN', 'You may not manage billing.', {
    cause: new Refusal('required_claim', {
      claim,
      expected: values.join(' or '),
      got: describeClaim(value),
    }),
  });
}

/** What a claim holds: itself, the words of a string such as `scope`, or the items of a list. */
function heldBy(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [value, ...value.split(' ')];
  if (Array.isArray(value)) return value;
  // `billing_admin=true` is a boolean in many tokens.
  return typeof value === 'boolean' || typeof value === 'number' ? [String(value)] : [];
}
