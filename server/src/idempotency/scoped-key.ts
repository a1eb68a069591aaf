import { createHmac, hkdfSync } from 'node:crypto';

/** What an idempotency key is bound to. */
export interface IdempotencyScope {
  userId: string;
  customerId: string;
  operation: string;
  /** As the caller gave it. */
  key: string;
}

/**
 * Binds callers' idempotency keys to user, customer and operation, so that nobody can have another's session replayed
 * by guessing or learning a key. What it gives goes to Chargebee in place of the caller's own: 43 characters of a keyed
 * hash, the same from every instance.
 *
 * @param source the secret that every instance has: `IDEMPOTENCY_SECRET`, else the API key
 */
export function createKeyScope(source: string): (scope: IdempotencyScope) => string {
  const secret = Buffer.from(
    hkdfSync('sha256', source, '', 'chargebee-portal idempotency key', 32),
  );
  return ({ userId, customerId, operation, key }) =>
    createHmac('sha256', secret)
      // As JSON, no two different scopes read the same.
      .update(JSON.stringify([userId, customerId, operation, key]))
      .digest('base64url');
}
