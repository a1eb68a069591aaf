import { createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { isQuoted, type EnvironmentReader } from './environment.js';
import { list, pem, splitList, type secureUrls } from './values.js';

/** How bearer tokens are verified, and which claim holds the customer. */
export interface IdentityConfig {
  verification:
    | { kind: 'jwks'; url: URL }
    | { kind: 'public-key'; key: KeyObject }
    | { kind: 'secret'; secret: Uint8Array };
  /** The accepted algorithms, all of which fit the key. */
  algorithms: readonly string[];
  /** The accepted values of the claim `iss`; any when undefined. */
  issuers: readonly string[] | undefined;
  /** The accepted values of the claim `audienceClaim`; any when undefined. */
  audiences: readonly string[] | undefined;
  audienceClaim: 'aud' | 'client_id' | 'azp';
  customer: { from: 'subject' } | { from: 'claim'; claim: string };
  /** A claim that callers need for billing; none when undefined. */
  requiredClaim: RequiredClaim | undefined;
}

/** The parsed `AUTH_REQUIRED_CLAIM`: the claim must hold one of the values. */
export interface RequiredClaim {
  claim: string;
  values: readonly string[];
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
/** The minimum length of a secret in bytes: that of the hash (RFC 7518, section 3.2). */
const MIN_SECRET_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

const text = v.string();
const audienceClaim = v.picklist(['aud', 'client_id', 'azp'], 'must be aud, client_id or azp');
const encoding = v.picklist(['utf8', 'base64', 'base64url'], 'must be utf8, base64 or base64url');
const customerLookup = v.picklist(['claim', 'subject'], 'must be claim or subject');
/** The characters of base64 and base64url, checked here because Node's decoder silently skips others. */
const ENCODED = { base64: /^[A-Za-z0-9+/]+={0,2}$/, base64url: /^[A-Za-z0-9_-]+={0,2}$/ };
const requiredClaim = v.pipe(
  v.string(),
  v.transform((text): RequiredClaim => {
    const [, claim = '', joined = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    return { claim: claim.trim(), values: joined.split('|').map((value) => value.trim()) };
  }),
  v.check(
    ({ claim, values }) => claim !== '' && !values.includes(''),
    'must be a claim and its values, such as scope=billing:manage or role=owner|admin',
  ),
);
const SOURCES = ['AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY', 'AUTH_JWT_SECRET'] as const;

export function readIdentity(
  env: EnvironmentReader,
  urls: ReturnType<typeof secureUrls>,
): IdentityConfig | undefined {
  const sources = SOURCES.filter((name) =>
    // The key set's URL is not a secret, so it has no `_FILE` variable.
    name === 'AUTH_JWKS_URL' ? env.text(name) !== undefined : env.has(name),
  );
  if (sources.length !== 1) {
    env.fault(
      SOURCES.join(', '),
      sources.length === 0
        ? 'are all missing; set the one by which bearer tokens are verified'
        : 'exclude one another; set exactly one',
    );
  }
  const url = env.value('AUTH_JWKS_URL', urls.url);
  const key = readPublicKey(env);
  const secret = readSecret(env);
  const needsIssuer = !sources.includes('AUTH_JWT_SECRET');
  const readList = (name: string) => {
    const items = needsIssuer ? env.required(name, list) : env.value(name, list);
    // A value that is in quotation marks as a whole has a warning already.
    const isOtherNotation = items?.some((item) => !isQuoted(item) && /[\s"'[\]]/.test(item));
    if (isOtherNotation) warnOfSeparators(env, name, 'commas');
    return items;
  };
  const shared = {
    issuers: readList('AUTH_ISSUER'),
    audiences: readList('AUTH_AUDIENCE'),
    audienceClaim: readAudienceClaim(env),
    customer: readCustomerLookup(env),
    requiredClaim: readRequiredClaim(env),
  };
  const chosen = readAlgorithms(env);

  if (sources.length !== 1) return undefined;
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
    checkAlgorithms(env, algorithms, Object.keys(MIN_SECRET_BYTES), 'a secret');
    checkSecretLength(env, secret, algorithms);
    return { ...shared, verification: { kind: 'secret', secret }, algorithms };
  }
  return undefined;
}

/** Reads the algorithms that the operator has chosen; undefined for all that fit the key. */
function readAlgorithms(env: EnvironmentReader): readonly string[] | undefined {
  const text = env.text('AUTH_ALGORITHMS');
  const algorithms = text === undefined ? undefined : splitList(text);
  if (algorithms?.length === 0) env.fault('AUTH_ALGORITHMS', 'lists no algorithm');
  return algorithms;
}

/** Reads the secret as bytes. Some providers issue it as text, others encoded. */
function readSecret(env: EnvironmentReader): Uint8Array | undefined {
  const secretEncoding = env.value('AUTH_JWT_SECRET_ENCODING', encoding) ?? 'utf8';
  const secret = env.secret('AUTH_JWT_SECRET', text);
  if (secret === undefined) return undefined;
  if (secretEncoding === 'utf8') return new TextEncoder().encode(secret);
  const withoutSpaces = secret.replaceAll(/\s/g, '');
  if (ENCODED[secretEncoding].test(withoutSpaces))
    return new Uint8Array(Buffer.from(withoutSpaces, secretEncoding));
  env.fault(
    'AUTH_JWT_SECRET',
    `is not ${secretEncoding}, which AUTH_JWT_SECRET_ENCODING says it is`,
  );
  return undefined;
}

function readAudienceClaim(env: EnvironmentReader): IdentityConfig['audienceClaim'] {
  const claim = env.value('AUTH_AUDIENCE_CLAIM', audienceClaim);
  if (claim !== undefined && env.text('AUTH_AUDIENCE') === undefined) {
    env.fault('AUTH_AUDIENCE_CLAIM', 'needs AUTH_AUDIENCE, which the claim is compared with');
  }
  return claim ?? 'aud';
}

function readPublicKey(env: EnvironmentReader): KeyObject | undefined {
  const source = env.secret('AUTH_PUBLIC_KEY', pem);
  if (source === undefined) return undefined;
  if (source.includes('PRIVATE KEY')) {
    env.fault('AUTH_PUBLIC_KEY', 'holds a private key; give the public one alone');
    return undefined;
  }
  // Node would use the first one and ignore the others. Several certificates are a chain, which begins with that of the key.
  if (source.split(/-----BEGIN [A-Z ]*PUBLIC KEY-----/).length > 2) {
    env.fault('AUTH_PUBLIC_KEY', 'holds several keys; give one alone');
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

function readRequiredClaim(env: EnvironmentReader): RequiredClaim | undefined {
  const required = env.value('AUTH_REQUIRED_CLAIM', requiredClaim);
  // Commas belong to the names of LDAP, such as CN=billing,OU=groups.
  if (required?.values.some((value) => /["'[\]]|^[^=]*,[^=]*$/.test(value))) {
    warnOfSeparators(env, 'AUTH_REQUIRED_CLAIM', '|');
  }
  return required;
}

/** Warns of a value that is probably a list in another notation: the server starts, and refuses everybody. */
function warnOfSeparators(env: EnvironmentReader, name: string, separator: string): void {
  env.warnings.add(
    `${name} is separated by ${separator} only: spaces, quotation marks, brackets and other separators belong to its values`,
  );
}

function readCustomerLookup(env: EnvironmentReader): IdentityConfig['customer'] {
  const from = env.value('CUSTOMER_LOOKUP', customerLookup);
  const claim = env.text('CUSTOMER_ID_CLAIM');
  if (from !== 'subject') return { from: 'claim', claim: claim ?? 'chargebee_customer_id' };
  if (claim !== undefined) {
    env.warnings.add('CUSTOMER_ID_CLAIM has no effect, since CUSTOMER_LOOKUP is subject');
  }
  return { from };
}

/** Returns the algorithms that a public key can be used with (RFC 7518, section 3.1, and RFC 8037). */
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

function checkSecretLength(
  env: EnvironmentReader,
  secret: Uint8Array,
  algorithms: readonly string[],
): void {
  const needed = Math.max(...algorithms.map((algorithm) => MIN_SECRET_BYTES[algorithm] ?? 0));
  if (secret.length >= needed) return;
  env.fault(
    'AUTH_JWT_SECRET',
    `must be at least ${needed} bytes long for ${algorithms.join(', ')}`,
  );
}
