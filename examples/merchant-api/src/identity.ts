import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Config } from './config.js';

export interface User {
  /** The token's `sub`. */
  readonly id: string;
  readonly name: string;
  /** When the token expires. */
  readonly expiresAt: Date;
}

/**
 * Creates the function that verifies a request's bearer token. It resolves to the user, or to undefined without a valid token.
 * It rejects when the keys cannot be fetched: nobody should be signed out because the identity provider is down.
 */
export function createAuthenticate({ auth }: Config) {
  const keys = createRemoteJWKSet(auth.jwksUrl, { timeoutDuration: 5_000 });
  return async ({ headers }: Pick<IncomingMessage, 'headers'>): Promise<User | undefined> => {
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!token) return undefined;
    try {
      const { payload } = await jwtVerify<{ name?: string }>(token, keys, {
        issuer: auth.issuer,
        audience: auth.audience,
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['sub', 'exp'],
      });
      return {
        id: String(payload.sub),
        name: payload.name ?? String(payload.sub),
        expiresAt: new Date(Number(payload.exp) * 1000),
      };
    } catch (error) {
      if (isAboutToken(error)) return undefined;
      console.error('identity:', error);
      throw new GraphQLError('Tokens cannot be verified at the moment. Try again.', {
        extensions: { code: 'SERVICE_UNAVAILABLE', http: { status: 503 } },
      });
    }
  };
}

/** Jose's errors when the key set times out, is not a key set, or is not served with status 200. */
const KEY_SET_ERRORS = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'];

const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError && !KEY_SET_ERRORS.includes(error.code);
