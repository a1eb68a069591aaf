import type { FastifyBaseLogger } from 'fastify';
import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import { createKeySet, KeysUnavailableError } from './key-set.js';
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

/** Verifies bearer tokens (JWT, RFC 7519) as configured, and remembers the verified ones until they expire. */
export function createBearerAuthentication(
  config: IdentityConfig,
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>,
): AuthenticateBearer {
  const verified = new VerifiedTokens();
  const key = verificationKey(config, logger, () => verified.clear());
  const options = {
    algorithms: [...config.algorithms],
    ...(config.issuer !== undefined && { issuer: config.issuer }),
    ...(config.audience !== undefined && { audience: config.audience }),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'sub'],
  };

  return async (authorization) => {
    if (authorization === undefined) throw unauthenticated('no credentials');
    const token = CREDENTIALS.exec(authorization)?.[1];
    if (token === undefined) throw unauthenticated('not a bearer token');
    const known = verified.get(token);
    if (known) return known;

    const { payload } = await jwtVerify(token, key, options).catch((error: unknown) => {
      throw error instanceof KeysUnavailableError
        ? new PortalError(
            'BILLING_UNAVAILABLE',
            'The caller cannot be verified right now. Try again.',
            {
              cause: error,
            },
          )
        : unauthenticated(error);
    });
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub === '' || sub.length > LONGEST_SUBJECT) {
      throw unauthenticated('the subject is not a usable string');
    }
    const user: TokenUser = { id: sub, claims: payload };
    if (exp !== undefined) verified.remember(token, user, exp * 1000);
    return user;
  };
}

function verificationKey(
  { verification }: IdentityConfig,
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>,
  onChange: () => void,
): JWTVerifyGetKey {
  switch (verification.kind) {
    case 'jwks':
      return createKeySet({ url: verification.url, logger, onChange });
    case 'public-key':
      return () => verification.key;
    case 'secret':
      return () => verification.secret;
  }
}

function unauthenticated(cause: unknown): PortalError {
  return new PortalError('UNAUTHENTICATED', 'Sign in and try again.', { cause });
}
