import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Emulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec, postJson } from './support.js';

describe('the identity provider', () => {
  closeEmulatorsAfterEach();

  interface TokenAnswer {
    access_token: string;
    token_type: string;
    expires_in: number;
  }
  const tokenOf = async (emulator: Emulator, body: object) =>
    (await (await postJson(emulator, '/idp/token', body)).json()) as TokenAnswer;

  it('lists the users', async () => {
    const { url } = await emulatorForSpec();
    expect(await (await fetch(`${url}/idp/users`)).json()).toEqual([
      { id: 'juniper', name: 'Juniper Bakery', customerIds: ['juniper-bakery'] },
      { id: 'harbor', name: 'Harbor Cycles', customerIds: ['harbor-cycles'] },
      { id: 'lumen', name: 'Lumen Accounting', customerIds: ['juniper-bakery', 'harbor-cycles'] },
      { id: 'newcomer', name: 'New Customer', customerIds: [] },
      { id: 'orphan', name: 'Orphaned Account', customerIds: ['deleted-customer'] },
    ]);
  });

  it('issues tokens that its key set verifies', async () => {
    const emulator = await emulatorForSpec();
    const { access_token, token_type, expires_in } = await tokenOf(emulator, { user: 'juniper' });
    expect([token_type, expires_in]).toEqual(['Bearer', 3600]);
    const keys = createRemoteJWKSet(new URL(`${emulator.url}/idp/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(access_token, keys, {
      issuer: `${emulator.url}/idp`,
      audience: 'chargebee-portal-demo',
      algorithms: ['RS256'],
    });
    expect(payload.sub).toBe('juniper');
    expect(payload.chargebee_customer_id).toBe('juniper-bakery');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    expect(protectedHeader.kid).toBeDefined();
  });

  it('has a list claim for several customers, and no claim for none', async () => {
    const emulator = await emulatorForSpec();
    const claimOf = async (user: string) =>
      decodeJwt((await tokenOf(emulator, { user })).access_token).chargebee_customer_id;
    expect(await claimOf('lumen')).toEqual(['juniper-bakery', 'harbor-cycles']);
    expect(await claimOf('orphan')).toBe('deleted-customer');
    expect(await claimOf('newcomer')).toBeUndefined();
  });

  it('issues expired tokens on request', async () => {
    const emulator = await emulatorForSpec();
    const { exp = 0, iat = 0 } = decodeJwt(
      (await tokenOf(emulator, { user: 'juniper', expiresIn: -300 })).access_token,
    );
    expect(exp).toBeLessThan(Date.now() / 1000 - 290);
    expect(iat).toBeLessThanOrEqual(exp);
  });

  it('does not expose its private key', async () => {
    const { url } = await emulatorForSpec();
    const { keys } = (await (await fetch(`${url}/idp/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('serves its discovery document', async () => {
    const { url } = await emulatorForSpec();
    expect(await (await fetch(`${url}/idp/.well-known/openid-configuration`)).json()).toEqual(
      jasmine.objectContaining({
        issuer: `${url}/idp`,
        jwks_uri: `${url}/idp/.well-known/jwks.json`,
      }),
    );
  });

  const wrong: [string, unknown, error: string][] = [
    ['an unknown user', { user: 'somebody' }, 'invalid_grant'],
    ['no user', {}, 'invalid_request'],
    ['a lifetime that is not a number', { user: 'juniper', expiresIn: 'long' }, 'invalid_request'],
    ['an unbounded lifetime', { user: 'juniper', expiresIn: 1e9 }, 'invalid_request'],
    ['an unknown parameter', { user: 'juniper', role: 'admin' }, 'invalid_request'],
  ];
  for (const [what, body, error] of wrong) {
    it(`rejects ${what}`, async () => {
      const answer = await postJson(await emulatorForSpec(), '/idp/token', body);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { error: string }).error).toBe(error);
    });
  }
});
