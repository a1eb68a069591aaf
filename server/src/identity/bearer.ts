import type { FastifyBaseLogger } from 'fastify';
import {
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import type { ProxyConfig } from '../config/config.js';
import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import { describeClaim, describeType, EXPECTED_SUBJECT, isSubject } from './claims.js';
import { createKeySet, KeysUnavailableError, unusableKey, type KeySet } from './key-set.js';
import { Refusal, unauthenticated } from './refusal.js';
import type { PortalUser } from './user.js';
import { VerifiedTokens } from './verified-tokens.js';

/** The user of a verified bearer token. */
export interface TokenUser extends PortalUser {
  readonly claims: Readonly<JWTPayload>;
}

/** Verifies bearer tokens. */
export interface BearerAuthentication {
  /** Verifies the token of an `Authorization` header. Rejects with `UNAUTHENTICATED` when it is missing or invalid. */
  authenticate(authorization: string | undefined): Promise<TokenUser>;
  /** The keys for verification. */
  readonly keys: Pick<KeySet, 'start' | 'status' | 'close'>;
  /** Switches to another public key or secret, and clears the cache of verified tokens. */
  replaceKey(config: IdentityConfig): void;
}

export interface BearerOptions {
  proxy: ProxyConfig | undefined;
  /** The timeout for fetching the keys, in milliseconds. */
  timeoutMs: number;
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  /** Called whenever the keys of the identity provider cannot be fetched. */
  onKeysFailure: () => void;
}

const CLOCK_TOLERANCE_SECONDS = 60;
/** RFC 6750, section 2.1; the scheme is case-insensitive. */
const CREDENTIALS = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
/** During a rotation, two or three keys of a type are published. Trying more would make rejecting forged tokens expensive. */
const MAX_KEYS_TRIED = 4;

/** Creates the verification of bearer tokens (JWT, RFC 7519). Verified tokens are cached. */
export function createBearerAuthentication(
  config: IdentityConfig,
  options: BearerOptions,
): BearerAuthentication {
  const verified = new VerifiedTokens();
  const clearCache = () => verified.clear();
  let keys = verificationKeys(config, options, clearCache);
  let verify = tokenVerification(config);

  return {
    async authenticate(authorization) {
      const token = tokenOf(authorization);
      // Also for cached tokens, so that a revoked key is noticed even if all tokens are cached.
      keys.refreshWhenDue();
      const cached = verified.get(token);
      if (cached) return cached;
      const { generation } = verified;
      const user = await verify(token, keys);
      const { exp } = user.claims;
      if (exp !== undefined) verified.add(token, user, exp * 1000, generation);
      return user;
    },
    keys: {
      start: () => keys.start(),
      status: () => keys.status(),
      close: () => keys.close(),
    },
    replaceKey(replacement) {
      // A key set is refreshed automatically.
      if (replacement.verification.kind === 'jwks') return;
      keys = verificationKeys(replacement, options, clearCache);
      verify = tokenVerification(replacement);
      clearCache();
    },
  };
}

/** Returns the token of an `Authorization` header. */
function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthenticated(new Refusal('no_credentials'));
  const [, token] = CREDENTIALS.exec(authorization) ?? [];
  if (token === undefined) throw unauthenticated(new Refusal('no_bearer_token'));
  return token;
}

/** Creates a function that verifies a token with the given keys and the configured claims, and returns its user. */
function tokenVerification({ issuers, audiences, audienceClaim, algorithms }: IdentityConfig) {
  const checks = {
    algorithms: [...algorithms],
    ...(issuers && { issuer: [...issuers] }),
    ...(audiences && audienceClaim === 'aud' && { audience: [...audiences] }),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'sub'],
  };
  const expected = { iss: joinOr(issuers), aud: joinOr(audiences) };

  return async (token: string, keys: KeySet): Promise<TokenUser> => {
    const verified = await verifyJwt(token, keys, checks).catch((error: unknown) => {
      throw error instanceof KeysUnavailableError
        ? cannotVerify(error)
        : unauthenticated(Refusal.from(error, expected));
    });
    const { payload: claims } = verified;
    checkType(verified);
    checkExpiry(claims);
    if (audiences && audienceClaim !== 'aud') checkAudience(claims, audienceClaim, audiences);
    return { id: subjectOf(claims), claims };
  };
}

function cannotVerify(cause: KeysUnavailableError): PortalError {
  const message = 'The caller cannot be verified right now. Try again.';
  return new PortalError('BILLING_UNAVAILABLE', message, { cause });
}

function subjectOf({ sub }: JWTPayload): string {
  if (isSubject(sub)) return sub;
  const facts = { claim: 'sub', expected: EXPECTED_SUBJECT, got: describeType(sub) };
  throw unauthenticated(new Refusal('claim_sub', facts));
}

/** The types that mark an access token (RFC 9068), also in their long form. Other types of JWTs end like them (RFC 8725, 3.11). */
const ACCESS_TOKEN_TYPE = /^(application\/)?at\+jwt$/i;
const TYPE_OF_JWT = /\+jwt$/i;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * Checks that the token is not for another purpose. A provider signs logout tokens by the same key, for the same audience and
 * subject, and some without a type (OpenID Connect Back-Channel Logout, section 2.4).
 */
function checkType({ payload, protectedHeader: { typ } }: JWTVerifyResult): void {
  const isOther = typeof typ === 'string' && TYPE_OF_JWT.test(typ) && !ACCESS_TOKEN_TYPE.test(typ);
  const { events } = payload;
  const isLogout = typeof events === 'object' && events !== null && LOGOUT_EVENT in events;
  if (!isOther && !isLogout) return;
  const got = isOther ? describeClaim(typ) : 'a logout token';
  throw unauthenticated(new Refusal('type', { claim: 'typ', expected: EXPECTED_TYPE, got }));
}

const EXPECTED_TYPE = 'an access token or ID token';

/** Checks that the token expires. `1e400` in its JSON is read as infinite, which jose accepts. */
function checkExpiry({ exp }: JWTPayload): void {
  if (Number.isFinite(exp)) return;
  const facts = { claim: 'exp', expected: 'a time in the future', got: describeType(exp) };
  throw unauthenticated(new Refusal('claim_exp', facts));
}

/** Checks the claim that is configured as the audience. A token without it is refused. */
function checkAudience(payload: JWTPayload, claim: string, audiences: readonly string[]): void {
  const value = payload[claim];
  if (typeof value === 'string' && audiences.includes(value)) return;
  throw unauthenticated(
    new Refusal(`claim_${claim}`, {
      claim,
      expected: joinOr(audiences),
      got: describeClaim(value),
    }),
  );
}

function joinOr(values: readonly string[] | undefined): string {
  return values?.map((value) => `"${value}"`).join(' or ') ?? 'anything';
}

function verificationKeys(
  { verification }: IdentityConfig,
  { proxy, timeoutMs, logger, onKeysFailure }: BearerOptions,
  onChange: () => void,
): KeySet {
  if (verification.kind === 'jwks') {
    const { url } = verification;
    return createKeySet({ url, proxy, timeoutMs, logger, onChange, onFailure: onKeysFailure });
  }
  const key = verification.kind === 'public-key' ? verification.key : verification.secret;
  return {
    keyOf: () => key,
    refreshWhenDue: () => undefined,
    refetch: () => Promise.resolve(false),
    start: () => Promise.resolve(),
    status: () => ({ usable: true, ageSeconds: undefined }),
    close: () => Promise.resolve(),
  };
}

async function verifyJwt(
  token: string,
  keys: KeySet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await verifyByKnownKeys(token, keys, options);
  } catch (error) {
    const isMismatch = error instanceof errors.JWSSignatureVerificationFailed;
    if (!isMismatch || !(await keys.refetch())) throw error;
    return verifyByKnownKeys(token, keys, options);
  }
}

async function verifyByKnownKeys(
  token: string,
  { keyOf }: KeySet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keyOf, options);
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      return verifyByOneOf(error, token, options);
    }
    throw isUnusableKey(error) ? unusableKey(undefined, error) : error;
  }
}

/** Returns whether jose cannot use the key, such as one that is too short: it has no error class for that. */
function isUnusableKey(error: unknown): boolean {
  return !(error instanceof errors.JOSEError || error instanceof KeysUnavailableError);
}

/** Verifies a token without a key id, or with that of several keys: those that fit its algorithm are tried one by one. */
async function verifyByOneOf(
  fitting: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  let tried = 0;
  for await (const key of fitting) {
    if (tried === MAX_KEYS_TRIED) break;
    try {
      return await jwtVerify(token, key, options);
    } catch (error) {
      if (isUnusableKey(error)) continue;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      tried += 1;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
