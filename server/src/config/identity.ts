import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { EnvironmentReader } from './environment.js';
import { pem, secureUrl, splitList } from './values.js';

/** How bearer tokens are verified, and where the customer stands in them. */
export interface IdentityConfig {
  verification:
    | { kind: 'jwks'; url: URL }
    | { kind: 'public-key'; key: KeyObject }
    | { kind: 'secret'; secret: Uint8Array };
  /** The only algorithms that are believed, each of which the key is for. */
  algorithms: readonly string[];
  issuer: string | undefined;
  audience: string | undefined;
  customer: { from: 'subject' } | { from: 'claim'; claim: string };
}

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EC_ALGORITHM_BY_CURVE: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};
const EDWARDS_ALGORITHMS = ['EdDSA', 'Ed25519'];
const ASYMMETRIC_ALGORITHMS = [
  ...RSA_ALGORITHMS,
  ...Object.values(EC_ALGORITHM_BY_CURVE),
  ...EDWARDS_ALGORITHMS,
];
/** RFC 7518, section 3.2: the key is at least as long as the hash, here in bytes. */
const SECRET_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

const text = z.string();
const SOURCES = ['AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY', 'AUTH_JWT_SECRET'] as const;

export function readIdentity(env: EnvironmentReader): IdentityConfig | undefined {
  const given = SOURCES.filter((name) => env.has(name));
  if (given.length !== 1) {
    env.fault(
      SOURCES.join(', '),
      given.length === 0
        ? 'are all missing; set the one by which bearer tokens are verified'
        : 'exclude one another; set exactly one',
    );
  }
  const url = env.value('AUTH_JWKS_URL', secureUrl);
  const key = readPublicKey(env);
  const secret = env.secret('AUTH_JWT_SECRET', text);
  const needsIssuer = !given.includes('AUTH_JWT_SECRET');
  const issuer = needsIssuer ? env.required('AUTH_ISSUER', text) : env.text('AUTH_ISSUER');
  const audience = needsIssuer ? env.required('AUTH_AUDIENCE', text) : env.text('AUTH_AUDIENCE');
  const customer = readCustomerLookup(env);
  const allowed = env.text('AUTH_ALGORITHMS');
  const chosen = allowed === undefined ? undefined : splitList(allowed);
  if (chosen?.length === 0) env.fault('AUTH_ALGORITHMS', 'lists no algorithm');

  if (given.length !== 1) return undefined;
  const shared = { issuer, audience, customer };
  if (url) {
    const algorithms = chosen ?? ASYMMETRIC_ALGORITHMS;
    checkAlgorithms(env, algorithms, ASYMMETRIC_ALGORITHMS, 'a key set');
    return { ...shared, verification: { kind: 'jwks', url }, algorithms };
  }
  if (key) {
    const fitting = algorithmsOf(key);
    if (fitting.length === 0) env.fault('AUTH_PUBLIC_KEY', `is of a kind that signs no tokens`);
    const algorithms = chosen ?? fitting;
    checkAlgorithms(env, algorithms, fitting, 'this public key');
    return { ...shared, verification: { kind: 'public-key', key }, algorithms };
  }
  if (secret) {
    const algorithms = chosen ?? ['HS256'];
    checkAlgorithms(env, algorithms, Object.keys(SECRET_BYTES), 'a secret');
    const bytes = new TextEncoder().encode(secret);
    const needed = Math.max(...algorithms.map((algorithm) => SECRET_BYTES[algorithm] ?? 0));
    if (bytes.length < needed) {
      env.fault(
        'AUTH_JWT_SECRET',
        `must be at least ${needed} bytes long for ${algorithms.join(', ')}`,
      );
    }
    return { ...shared, verification: { kind: 'secret', secret: bytes }, algorithms };
  }
  return undefined;
}

function readPublicKey(env: EnvironmentReader): KeyObject | undefined {
  const source = env.secret('AUTH_PUBLIC_KEY', pem);
  if (source === undefined) return undefined;
  if (source.includes('PRIVATE KEY')) {
    env.fault('AUTH_PUBLIC_KEY', 'holds a private key; give the public one alone');
    return undefined;
  }
  try {
    const key = createPublicKey(source);
    const bits = key.asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && bits < 2048) {
      env.fault('AUTH_PUBLIC_KEY', `has ${bits} bits; an RSA key needs at least 2048`);
      return undefined;
    }
    return key;
  } catch {
    env.fault('AUTH_PUBLIC_KEY', 'must be a public key or certificate in PEM');
    return undefined;
  }
}

function readCustomerLookup(env: EnvironmentReader): IdentityConfig['customer'] {
  const from = env.value(
    'CUSTOMER_LOOKUP',
    z.enum(['claim', 'subject'], { error: 'must be claim or subject' }),
  );
  if (from === 'subject') return { from };
  return { from: 'claim', claim: env.text('CUSTOMER_ID_CLAIM') ?? 'chargebee_customer_id' };
}

/** The algorithms that a public key is for (RFC 7518, section 3.1, and RFC 8037). */
function algorithmsOf(key: KeyObject): readonly string[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return RSA_ALGORITHMS;
    case 'ec': {
      const algorithm = EC_ALGORITHM_BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ''];
      return algorithm === undefined ? [] : [algorithm];
    }
    case 'ed25519':
      return EDWARDS_ALGORITHMS;
    default:
      return [];
  }
}

function checkAlgorithms(
  env: EnvironmentReader,
  algorithms: readonly string[],
  fitting: readonly string[],
  key: string,
): void {
  const wrong = algorithms.some((algorithm) => !fitting.includes(algorithm));
  if (wrong)
    env.fault('AUTH_ALGORITHMS', `must be out of ${fitting.join(', ')}, which ${key} is for`);
}
