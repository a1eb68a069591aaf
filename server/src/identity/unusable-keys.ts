import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

/** The maximum number of keys to report. If more are unusable, the fault is in the whole set. */
const MAX_REPORTED_KEYS = 5;

/** A key of a set that cannot be used for verification. */
export interface UnusableKey {
  kid: string | undefined;
  why: string;
}

/** Returns the signature keys of a set that cannot be used, each with the reason, which contains nothing of the key. */
export function findUnusableKeys(set: JSONWebKeySet): UnusableKey[] {
  return signatureKeysOf(set)
    .flatMap((key) => {
      const why = faultOf(key);
      const kid = typeof key.kid === 'string' ? key.kid.slice(0, 100) : undefined;
      return why === undefined ? [] : [{ kid, why }];
    })
    .slice(0, MAX_REPORTED_KEYS);
}

/** Returns the ids of the keys that tokens can be verified with; `undefined` stands for keys without an id. */
export function usableKeyIds(set: JSONWebKeySet): ReadonlySet<unknown> {
  const usable = signatureKeysOf(set).filter((key) => faultOf(key) === undefined);
  return new Set(usable.map(({ kid }) => kid));
}

/** Returns the keys that are for signatures. The operations of such a key have been left out, see `key-set.ts`. */
function signatureKeysOf({ keys }: JSONWebKeySet): JsonWebKey[] {
  return keys.filter(
    ({ use, key_ops: operations }) => (use ?? 'sig') === 'sig' && operations === undefined,
  );
}

function faultOf(key: JsonWebKey): string | undefined {
  if (key.kty === 'oct') return 'it is a secret, which must not be published';
  if ('d' in key) return 'it is a private key, which must not be published';
  try {
    const bits = createPublicKey({ key, format: 'jwk' }).asymmetricKeyDetails?.modulusLength;
    return bits !== undefined && bits < 2048
      ? `it has ${bits} bits; an RSA key needs at least 2048`
      : undefined;
  } catch {
    return 'it is malformed, or of a kind that is not known';
  }
}
