import type { FastifyPluginAsync } from 'fastify';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { z } from 'zod';
import type { EmulatorContext } from '../context.js';
import { guardOrigins } from '../guard/index.js';
import { DEMO_USERS } from './users.js';

/** The `aud` claim of all tokens. */
export const AUDIENCE = 'chargebee-portal-demo';
/** The claim that holds the ids of the customers that the user acts for. */
export const CUSTOMER_CLAIM = 'chargebee_customer_id';

const ALGORITHM = 'RS256';
const DEFAULT_EXPIRES_IN = 3600;
const DAY = 86_400;

const tokenRequest = z.strictObject({
  user: z.string(),
  expiresIn: z.int().min(-DAY).max(DAY).default(DEFAULT_EXPIRES_IN),
});

interface SigningKey {
  privateKey: CryptoKey;
  jwk: JWK & { kid: string };
}

async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
}

/**
 * An identity provider for development, which issues tokens for the demo users without a password. Tokens use the system time instead of
 * the emulator's clock, because the servers that verify them do. `app.register(identityProvider, { ...context, prefix: '/idp' })`.
 */
export const identityProvider: FastifyPluginAsync<EmulatorContext> = async (
  app,
  { publicUrl, config },
) => {
  await guardOrigins(app, config);
  // Created lazily, since most emulators issue no tokens.
  let key: Promise<SigningKey> | undefined;
  const signingKey = () => (key ??= createSigningKey());

  app.get('/.well-known/jwks.json', async () => ({ keys: [(await signingKey()).jwk] }));

  app.get('/.well-known/openid-configuration', () => ({
    issuer: `${publicUrl()}/idp`,
    jwks_uri: `${publicUrl()}/idp/.well-known/jwks.json`,
    token_endpoint: `${publicUrl()}/idp/token`,
    id_token_signing_alg_values_supported: [ALGORITHM],
  }));

  app.get('/users', () => DEMO_USERS);

  app.post('/token', async ({ body }, reply) => {
    const { success, data, error } = tokenRequest.safeParse(body);
    if (!success) {
      return reply
        .code(400)
        .send({ error: 'invalid_request', error_description: z.prettifyError(error) });
    }
    const user = DEMO_USERS.find(({ id }) => id === data.user);
    if (!user) {
      return reply.code(400).send({
        error: 'invalid_grant',
        error_description: `There is no such user. There are ${DEMO_USERS.map(({ id }) => id).join(', ')}.`,
      });
    }
    const { privateKey, jwk } = await signingKey();
    const now = Math.floor(Date.now() / 1000);
    const [first, ...others] = user.customerIds;
    const token = new SignJWT({
      name: user.name,
      ...(first === undefined
        ? {}
        : { [CUSTOMER_CLAIM]: others.length ? user.customerIds : first }),
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid, typ: 'JWT' })
      .setIssuer(`${publicUrl()}/idp`)
      .setAudience(AUDIENCE)
      .setSubject(user.id)
      // `expiresIn` may be negative, and `iat` must not be later than `exp`.
      .setIssuedAt(Math.min(now, now + data.expiresIn))
      .setExpirationTime(now + data.expiresIn);
    return reply.header('cache-control', 'no-store').send({
      access_token: await token.sign(privateKey),
      token_type: 'Bearer',
      expires_in: data.expiresIn,
    });
  });
};
