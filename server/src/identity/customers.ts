import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import type { TokenUser } from './bearer.js';
import { describeObstacle, describeType, findClaim } from './claims.js';
import { Refusal, type RefusalFacts } from './refusal.js';
import type { ResolveCustomerIds } from './user.js';

/** Chargebee's limit for customer ids. */
export const MAX_CUSTOMER_ID_LENGTH = 50;
const EXPECTED = `a string of 1 to ${MAX_CUSTOMER_ID_LENGTH} characters, or a list of them`;

/**
 * Returns a function that reads a user's customers from the verified token, according to `CUSTOMER_LOOKUP` and
 * `CUSTOMER_ID_CLAIM`. A missing or empty claim means none. The function throws if the claim holds an invalid id: the setting
 * may be wrong, and treating the user as one without a billing account would hide that.
 */
export function customersFromToken(
  customer: IdentityConfig['customer'],
): ResolveCustomerIds<TokenUser> {
  if (customer.from === 'subject') return ({ id }) => customersIn(id, 'sub');
  const { claim } = customer;
  return ({ claims }) => {
    const found = findClaim(claims, claim);
    if (found.isObstacle) throw unreadableCustomer(describeObstacle(found));
    return customersIn(found.value, claim);
  };
}

function customersIn(value: unknown, claim: string): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const given = items.filter((item) => item !== undefined && item !== null && item !== '');
  const ids = given.filter(isCustomerId);
  if (ids.length < given.length) {
    throw unreadableCustomer({ claim, expected: EXPECTED, got: describeType(value) });
  }
  return [...new Set(ids)];
}

function unreadableCustomer(facts: RefusalFacts): PortalError {
  return new PortalError(
    'BILLING_MISCONFIGURED',
    'Your billing account cannot be read from your sign-in. Only the operator can correct this.',
    { cause: new Refusal('customer_claim', facts) },
  );
}

/** Returns whether a value can be the id of a Chargebee customer. */
export function isCustomerId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CUSTOMER_ID_LENGTH;
}
