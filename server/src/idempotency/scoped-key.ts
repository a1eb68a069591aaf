import { createHmac, hkdfSync } from 'node:crypto';

/** What an idempotency key is bound to. */
export interface IdempotencyScope {
  userKey: string;
  customerId: string;
  operation: string;
  /** The key from the caller. */
  key: string;
}

/**
 * Creates a function that binds callers' idempotency keys to user, customer and operation, so that nobody can get another
 * user's session by guessing or learning a key. It returns the key for Chargebee: 43 characters of a keyed hash, the same on
 * every instance.
 *
 * @param source the secret that all instances share: `IDEMPOTENCY_SECRET` or the API key
 */
export function createKeyScoper(source: string): (scope: IdempotencyScope) => string {
  const secret = Buffer.from(
    hkdfSync('sha256', source, '', 'chargebee-portal idempotency key', 32),
  );
  return ({ userKey, customerId, operation, key }) =>
    createHmac('sha256', secret)
      // JSON, so that no two different scopes have the same text.
      .update(JSON.stringify([userKey, customerId, operation, key]))
      .digest('base64url');
}
