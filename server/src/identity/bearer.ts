import type { FastifyBaseLogger } from 'fastify';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { ProxyConfig } from '../config/config.js';
import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import { describeClaim, describeType } from './claims.js';
import { createKeySet, KeysUnavailableError, type KeySet } from './key-set.js';
import { Refusal, unauthenticated } from './refusal.js';
import type { PortalUser } from './user.js';
import { VerifiedTokens } from './verified-tokens.js';

/** The user of a verified bearer token. */
export interface TokenUser extends PortalUser {
  readonly claims: Readonly<JWTPayload>;
}

/** Verifies bearer tokens. */
export interface BearerAuthentication {
  /** Finds the user of an `Authorization` header; rejects with `UNAUTHENTICATED` when it proves nobody. */
  authenticate(authorization: string | undefined): Promise<TokenUser>;
  /** The keys that tokens are verified with. */
  readonly keys: Pick<KeySet, 'start' | 'status' | 'close'>;
  /** Verifies by another public key or secret from now on, and forgets the tokens verified before. */
  replaceKey(config: IdentityConfig): void;
}

export interface BearerOptions {
  proxy: ProxyConfig | undefined;
  /** How long it may take to get the keys, in milliseconds. */
  withinMs: number;
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  /** Called whenever the keys of the identity provider cannot be fetched. */
  onKeysFailure: () => void;
}

const CLOCK_TOLERANCE_SECONDS = 60;
/** OpenID Connect Core, section 2: a subject has at most 255 characters. */
const LONGEST_SUBJECT = 255;
/** RFC 6750, section 2.1, after the scheme, whose case does not matter. */
const CREDENTIALS = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
/** While keys rotate, two or three of a kind are published. Trying more would make forged tokens expensive to refuse. */
const MOST_KEYS_TRIED = 4;

/** Verifies bearer tokens (JWT, RFC 7519) as configured, and caches the verified ones for a while. */
export function createBearerAuthentication(
  config: IdentityConfig,
  options: BearerOptions,
): BearerAuthentication {
  const verified = new VerifiedTokens();
  const forget = () => verified.clear();
  let keys = verificationKeys(config, options, forget);
  let verify = tokenVerification(config);

  return {
    async authenticate(authorization) {
      const token = tokenOf(authorization);
      // Even when the token is cached, so that a withdrawn key is noticed although all tokens are.
      keys.refreshWhenDue();
      const cached = verified.get(token);
      if (cached) return cached;
      const { generation } = verified;
      const user = await verify(token, keys);
      const { exp } = user.claims;
      if (exp !== undefined) verified.remember(token, user, exp * 1000, generation);
      return user;
    },
    keys: {
      start: () => keys.start(),
      status: () => keys.status(),
      close: () => keys.close(),
    },
    replaceKey(replacement) {
      // A key set replaces its keys by itself.
      if (replacement.verification.kind === 'jwks') return;
      keys = verificationKeys(replacement, options, forget);
      verify = tokenVerification(replacement);
      forget();
    },
  };
}

/** The token of an `Authorization` header. */
function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthenticated(new Refusal('no_credentials'));
  const [, token] = CREDENTIALS.exec(authorization) ?? [];
  if (token === undefined) throw unauthenticated(new Refusal('no_bearer_token'));
  return token;
}

/** Makes the function that verifies a token by these keys and the configured claims, and gives its user. */
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
    const claims = await verifyJwt(token, keys, checks).catch((error: unknown) => {
      throw error instanceof KeysUnavailableError
        ? cannotVerify(error)
        : unauthenticated(Refusal.from(error, expected));
    });
    if (audiences && audienceClaim !== 'aud') checkAudience(claims, audienceClaim, audiences);
    return { id: subjectOf(claims), claims };
  };
}

function cannotVerify(cause: KeysUnavailableError): PortalError {
  const message = 'The caller cannot be verified right now. Try again.';
  return new PortalError('BILLING_UNAVAILABLE', message, { cause });
}

function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= LONGEST_SUBJECT) return sub;
  const expected = `a string of 1 to ${LONGEST_SUBJECT} characters`;
  throw unauthenticated(
    new Refusal('claim_sub', { claim: 'sub', expected, got: describeType(sub) }),
  );
}

/** Compares the claim that stands for the audience. A token without it is refused. */
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
  { proxy, withinMs, logger, onKeysFailure }: BearerOptions,
  onChange: () => void,
): KeySet {
  if (verification.kind === 'jwks') {
    const { url } = verification;
    return createKeySet({ url, proxy, withinMs, logger, onChange, onFailure: onKeysFailure });
  }
  const key = verification.kind === 'public-key' ? verification.key : verification.secret;
  return {
    keyOf: () => key,
    refreshWhenDue: () => undefined,
    start: () => Promise.resolve(),
    status: () => ({ usable: true, ageSeconds: undefined }),
    close: () => Promise.resolve(),
  };
}

async function verifyJwt(
  token: string,
  { keyOf }: KeySet,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keyOf, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return verifyByOneOf(error, token, options);
  }
}

/** A token that names no key may be signed by any that fits it: they are tried one after the other. */
async function verifyByOneOf(
  fitting: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of fitting) {
    if (tried === MOST_KEYS_TRIED) break;
    tried += 1;
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
