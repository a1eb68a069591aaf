import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { AUDIENCE, IdentityProvider, inAnHour } from './support/identity-provider.js';
import { Portal, VIEWER } from './support/portal.js';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

describe('identity under attack', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
  });

  afterAll(() => portal.stop());

  const ask = (authorization?: string) =>
    portal.post(
      '/graphql',
      { query: VIEWER },
      {
        token: null,
        ...(authorization !== undefined && { headers: { authorization } }),
      },
    );
  const statusFor = async (token: string) => (await ask(`Bearer ${token}`)).status;
  /** Valid claims, for tokens with an invalid signature. */
  const validClaims = () => ({
    iss: portal.idp.issuer,
    aud: AUDIENCE,
    sub: 'user-1',
    chargebee_customer_id: 'acme',
    exp: inAnHour(),
  });

  it('accepts a good token', async () => {
    expect(await statusFor(await portal.idp.token())).toBe(200);
  });

  it('answers 401 with UNAUTHENTICATED and a challenge, but without the reason', async () => {
    const response = await ask();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    const body = (await response.json()) as { errors: object[] };
    expect(body.errors).toEqual([
      {
        message: 'Sign in and try again.',
        extensions: {
          code: 'UNAUTHENTICATED',
          requestId: response.headers.get('x-request-id') ?? '',
        },
      },
    ]);
  });

  for (const [what, authorizationWith] of [
    ['an empty header', () => ''],
    ['another scheme', (token) => `Basic ${token}`],
    ['a token without a scheme', (token) => token],
    ['a scheme alone', () => 'Bearer'],
    ['a token that is no JWT', () => 'Bearer abc'],
    ['a very long token that is no JWT', () => `Bearer ${'a'.repeat(6000)}.b.c`],
    ['two tokens', (token) => `Bearer ${token} ${token}`],
    ['a token with a tab and text after it', (token) => `Bearer ${token}\tx`],
  ] satisfies [string, (token: string) => string][]) {
    it(`refuses ${what}`, async () => {
      const token = await portal.idp.token();
      expect((await ask(authorizationWith(token))).status).toBe(401);
    });
  }

  it('refuses a token without a signature', async () => {
    expect(await statusFor(new UnsecuredJWT(validClaims()).encode())).toBe(401);
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      const unsigned = `${encode({ alg })}.${encode(validClaims())}.`;
      expect(await statusFor(unsigned))
        .withContext(alg)
        .toBe(401);
    }
  });

  it('refuses a token whose claims were changed after signing', async () => {
    const [header, , signature] = (await portal.idp.token()).split('.');
    const forged = encode({ ...validClaims(), chargebee_customer_id: 'globex' });
    expect(await statusFor(`${header}.${forged}.${signature}`)).toBe(401);
  });

  it('refuses a token whose signature was cut off', async () => {
    const [header, payload] = (await portal.idp.token()).split('.');
    expect(await statusFor(`${header}.${payload}.`)).toBe(401);
  });

  it('refuses the public key used as a shared secret', async () => {
    const pem = await exportSPKI(portal.idp.publicKey);
    const signed = `${encode({ alg: 'HS256', kid: portal.idp.kid })}.${encode(validClaims())}`;
    const signature = createHmac('sha256', pem).update(signed).digest('base64url');
    expect(await statusFor(`${signed}.${signature}`)).toBe(401);
  });

  it('refuses a token signed by another key under a known key id', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT(validClaims())
      .setProtectedHeader({ alg: 'RS256', kid: portal.idp.kid })
      .sign(privateKey);
    expect(await statusFor(token)).toBe(401);
  });

  it('refuses a token that brings its own key, under whatever key id', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const stranger = await IdentityProvider.start();
    for (const kid of ['mine', portal.idp.kid, undefined]) {
      for (const header of [
        { jwk },
        { jku: `${stranger.issuer}/jwks.json` },
        { x5u: stranger.issuer },
      ]) {
        const token = await new SignJWT(validClaims())
          .setProtectedHeader({ alg: 'RS256', ...(kid !== undefined && { kid }), ...header })
          .sign(privateKey);
        expect(await statusFor(token))
          .withContext(`${kid} ${Object.keys(header).join()}`)
          .toBe(401);
      }
    }
    expect(stranger.fetches).toBe(0);
    await stranger.stop();
  });

  it('refuses unknown critical extensions in an otherwise valid token', async () => {
    const other = 'urn:example:other';
    const header = { [other]: 1 };
    expect(await statusFor(await portal.idp.token({}, { header }))).toBe(200);
    const token = await portal.idp.token(
      {},
      { header: { ...header, crit: [other] }, crit: { [other]: true } },
    );
    expect(await statusFor(token)).toBe(401);
  });

  for (const [what, claims] of [
    ['another issuer', { iss: 'https://evil.example.com' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'another-app' }],
    ['no audience', { aud: undefined }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that is too long', { sub: 'x'.repeat(256) }],
    ['a start in the future', { nbf: inAnHour() }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect(await statusFor(await portal.idp.token(claims))).toBe(401);
    });
  }

  for (const [what, claims, header] of [
    ['a logout token', {}, { typ: 'logout+jwt' }],
    ['a logout token without a type', { events: { [LOGOUT_EVENT]: {} } }, { typ: 'JWT' }],
    ['a proof of possession', {}, { typ: 'dpop+jwt' }],
  ] as const) {
    it(`refuses ${what}, and the log contains the reason`, async () => {
      expect(await statusFor(await portal.idp.token(claims, { header }))).toBe(401);
      expect(portal.log.some(({ reason }) => reason === 'type')).toBeTrue();
    });
  }

  it('accepts the types of access tokens, and tokens with other events', async () => {
    for (const typ of ['at+jwt', 'application/at+JWT', 'JWT', 'Bearer']) {
      const token = await portal.idp.token({ events: ['concert'] }, { header: { typ } });
      expect(await statusFor(token))
        .withContext(typ)
        .toBe(200);
    }
  });

  it('refuses a subject that is not a string', async () => {
    const token = await portal.idp.token({ sub: 42 as unknown as string });
    expect(await statusFor(token)).toBe(401);
  });

  it('refuses a token that never expires', async () => {
    expect(await statusFor(await portal.idp.token({}, { expiresIn: null }))).toBe(401);
  });

  it('allows at most a minute of clock skew', async () => {
    expect(await statusFor(await portal.idp.token({}, { expiresIn: -30 }))).toBe(200);
    expect(await statusFor(await portal.idp.token({}, { expiresIn: -90 }))).toBe(401);
    const now = Math.floor(Date.now() / 1000);
    expect(await statusFor(await portal.idp.token({ nbf: now + 30 }))).toBe(200);
    expect(await statusFor(await portal.idp.token({ nbf: now + 90 }))).toBe(401);
  });

  it('accepts one audience among several, and any case of the scheme', async () => {
    const token = await portal.idp.token({ aud: ['other', AUDIENCE] });
    expect((await ask(`bearer ${token}`)).status).toBe(200);
  });

  it('requires a token on the JSON endpoints, too', async () => {
    for (const path of ['/portal-session', '/manage-payment-sources']) {
      const response = await portal.post(path, {}, { token: null });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual(jasmine.objectContaining({ code: 'UNAUTHENTICATED' }));
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('writes no credential into its log', async () => {
    const token = await portal.idp.token();
    await ask(`Bearer ${token}`);
    await ask(`Bearer ${token.slice(0, -5)}`);
    const [, payload = '', signature = ''] = token.split('.');
    expect(portal.logText()).not.toContain(payload);
    expect(portal.logText()).not.toContain(signature.slice(0, 20));
    expect(portal.logText()).toContain('requestId');
  });
});
