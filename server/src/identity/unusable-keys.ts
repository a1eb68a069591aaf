import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

/** A set in which more keys are broken is broken as a whole. */
const MOST_NAMED = 5;

/** A key of a set that no token can be verified with. */
export interface UnusableKey {
  kid: string | undefined;
  why: string;
}

/** The keys of a set that are meant for signatures and cannot be used, each with the reason but nothing of its content. */
export function findUnusableKeys(set: JSONWebKeySet): UnusableKey[] {
  return signatureKeysOf(set)
    .flatMap((key) => {
      const why = faultOf(key);
      const kid = typeof key.kid === 'string' ? key.kid.slice(0, 100) : undefined;
      return why === undefined ? [] : [{ kid, why }];
    })
    .slice(0, MOST_NAMED);
}

/** Whether any token can be verified with the keys of a set. */
export function hasUsableKey(set: JSONWebKeySet): boolean {
  return signatureKeysOf(set).some((key) => faultOf(key) === undefined);
}

function signatureKeysOf({ keys }: JSONWebKeySet): JsonWebKey[] {
  return keys.filter(({ use }) => use === undefined || use === 'sig');
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
