import type { FastifyPluginAsync } from 'fastify';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { z } from 'zod';
import type { EmulatorContext } from '../context.js';
import { guardOrigins } from '../guard/index.js';
import { DEMO_USERS } from './users.js';

/** Whom the tokens are for. */
export const AUDIENCE = 'chargebee-portal-demo';
/** Where a token says which customers its user acts for. */
export const CUSTOMER_CLAIM = 'chargebee_customer_id';

const ALGORITHM = 'RS256';
const LIFETIME = 3600;
const DAY = 86_400;

const tokenRequest = z.strictObject({
  user: z.string(),
  expiresIn: z.int().min(-DAY).max(DAY).default(LIFETIME),
});

interface SigningKey {
  privateKey: CryptoKey;
  jwk: JWK & { kid: string };
}

async function makeKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
}

/**
 * A development identity provider: it signs whoever asks in as whoever they name. Its tokens follow the machine's time and not the
 * emulator's clock, because those who check them do. `app.register(identityProvider, { ...context, prefix: '/idp' })`.
 */
export const identityProvider: FastifyPluginAsync<EmulatorContext> = async (
  app,
  { publicUrl, config },
) => {
  await guardOrigins(app, config);
  // Made when it is first asked for: most emulators sign nobody in.
  let key: Promise<SigningKey> | undefined;
  const signingKey = () => (key ??= makeKey());

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
      // A token that has expired was issued before it did.
      .setIssuedAt(Math.min(now, now + data.expiresIn))
      .setExpirationTime(now + data.expiresIn);
    return reply.header('cache-control', 'no-store').send({
      access_token: await token.sign(privateKey),
      token_type: 'Bearer',
      expires_in: data.expiresIn,
    });
  });
};
