import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import type { TokenUser } from './bearer.js';
import { describeType, readClaim } from './claims.js';
import { Refusal } from './refusal.js';
import type { ResolveCustomerIds } from './user.js';

/** Chargebee's limit for the id of a customer. */
const LONGEST_CUSTOMER_ID = 50;
const EXPECTED = `a string of 1 to ${LONGEST_CUSTOMER_ID} characters, or a list of them`;

/**
 * Reads the customers of a user from the verified token, as `CUSTOMER_LOOKUP` and `CUSTOMER_ID_CLAIM` say: none when the
 * claim is missing or empty. Throws when it holds something that cannot be the id of a customer: the user may well have a
 * billing account, which a wrong setting hides.
 */
export function customersFromToken(
  customer: IdentityConfig['customer'],
): ResolveCustomerIds<TokenUser> {
  if (customer.from === 'subject') return ({ id }) => customersIn(id, 'sub');
  const { claim } = customer;
  return ({ claims }) => customersIn(readClaim(claims, claim), claim);
}

function customersIn(value: unknown, claim: string): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const given = items.filter((item) => item !== undefined && item !== null && item !== '');
  const ids = given.filter(isCustomerId);
  if (ids.length < given.length) {
    throw new PortalError(
      'BILLING_MISCONFIGURED',
      'Your billing account cannot be read from your sign-in. The operator has been told.',
      {
        cause: new Refusal('customer_claim', {
          claim,
          expected: EXPECTED,
          got: describeType(value),
        }),
      },
    );
  }
  return [...new Set(ids)];
}

/** Whether a value can be the id of a Chargebee customer. */
export function isCustomerId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_CUSTOMER_ID;
}
