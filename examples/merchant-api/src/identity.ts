import type { IncomingMessage } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Config } from './config.js';

export interface User {
  /** The token's `sub`. */
  readonly id: string;
  readonly name: string;
  /** When the token expires. */
  readonly expiresAt: Date;
}

/** Creates the function that verifies a request's bearer token. It resolves to the user, or to undefined without a valid token. */
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
    } catch {
      return undefined;
    }
  };
}
