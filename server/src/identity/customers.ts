import type { IdentityConfig } from '../config/identity.js';
import type { TokenUser } from './bearer.js';
import type { ResolveCustomerIds } from './user.js';

/** Chargebee's limit for the id of a customer. */
const LONGEST_CUSTOMER_ID = 50;

/** Reads the customers of a user from the verified token, as `CUSTOMER_LOOKUP` and `CUSTOMER_ID_CLAIM` say. */
export function customersFromToken(
  customer: IdentityConfig['customer'],
): ResolveCustomerIds<TokenUser> {
  if (customer.from === 'subject') return ({ id }) => (isCustomerId(id) ? [id] : []);
  const { claim } = customer;
  return ({ claims }) => {
    const value: unknown = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    const ids: unknown[] = Array.isArray(value) ? value : [value];
    return [...new Set(ids.filter(isCustomerId))];
  };
}

/** Whether a value can be the id of a Chargebee customer. */
export function isCustomerId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_CUSTOMER_ID;
}
