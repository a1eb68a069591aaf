import type { FastifyBaseLogger } from 'fastify';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import { createKeySet, KeysUnavailableError, type KeySet, type KeySetOptions } from './key-set.js';
import { Refusal, unauthenticated } from './refusal.js';
import type { PortalUser } from './user.js';
import { VerifiedTokens } from './verified-tokens.js';

/** The user of a verified bearer token. */
export interface TokenUser extends PortalUser {
  readonly claims: Readonly<JWTPayload>;
}

/** Finds the user of an `Authorization` header; rejects with `UNAUTHENTICATED` when it proves nobody. */
export type AuthenticateBearer = (authorization: string | undefined) => Promise<TokenUser>;

const CLOCK_TOLERANCE_SECONDS = 60;
/** OpenID Connect Core, section 2: a subject has at most 255 characters. */
const LONGEST_SUBJECT = 255;
/** RFC 6750, section 2.1, after the scheme, whose case does not matter. */
const CREDENTIALS = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
/** While keys rotate, two or three of a kind are published; more would make a forged token dear. */
const MOST_KEYS_TRIED = 4;

/**
 * Verifies bearer tokens (JWT, RFC 7519) as configured, and remembers the verified ones for a while.
 *
 * @param withinMs how long it may take to get the keys, in milliseconds
 */
export function createBearerAuthentication(
  config: IdentityConfig,
  withinMs: number,
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>,
): AuthenticateBearer {
  const verified = new VerifiedTokens();
  const keys = verificationKeys(config, { withinMs, logger, onChange: () => verified.clear() });
  const options = {
    algorithms: [...config.algorithms],
    ...(config.issuer !== undefined && { issuer: config.issuer }),
    ...(config.audience !== undefined && { audience: config.audience }),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'sub'],
  };

  return async (authorization) => {
    if (authorization === undefined) throw unauthenticated(new Refusal('no_credentials'));
    const token = CREDENTIALS.exec(authorization)?.[1];
    if (token === undefined) throw unauthenticated(new Refusal('no_bearer_token'));
    // Here, so that a withdrawn key is noticed where all tokens are remembered ones.
    keys.refreshWhenDue();
    const known = verified.get(token);
    if (known) return known;

    const { generation } = verified;
    const payload = await verify(token, keys, options).catch((error: unknown) => {
      throw error instanceof KeysUnavailableError
        ? new PortalError(
            'BILLING_UNAVAILABLE',
            'The caller cannot be verified right now. Try again.',
            {
              cause: error,
            },
          )
        : unauthenticated(Refusal.from(error));
    });
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub === '' || sub.length > LONGEST_SUBJECT) {
      throw unauthenticated(new Refusal('claim_sub', { claim: 'sub' }));
    }
    const user: TokenUser = { id: sub, claims: payload };
    if (exp !== undefined) verified.remember(token, user, exp * 1000, generation);
    return user;
  };
}

function verificationKeys(
  { verification }: IdentityConfig,
  options: Omit<KeySetOptions, 'url'>,
): KeySet {
  const refreshWhenDue = () => undefined;
  switch (verification.kind) {
    case 'jwks':
      return createKeySet({ url: verification.url, ...options });
    case 'public-key':
      return { keyOf: () => verification.key, refreshWhenDue };
    case 'secret':
      return { keyOf: () => verification.secret, refreshWhenDue };
  }
}

async function verify(
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
