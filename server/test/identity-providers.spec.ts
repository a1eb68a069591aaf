import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../src/config/config.js';
import { createIdentity, type Identity } from '../src/identity/identity.js';
import { createLogger } from '../src/observability/logger.js';
import { PortalMetrics } from '../src/observability/metrics.js';
import type { IncomingMessage } from 'node:http';

const GUIDE = fileURLToPath(new URL('../../docs/identity-providers.md', import.meta.url));
const SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long';
const TENANT = '11111111-2222-3333-4444-555555555555';
const API = '99999999-8888-7777-6666-555555555555';
const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool';

interface Case {
  alg: string;
  /** The provider's claims, except for the times. */
  claims: Record<string, unknown>;
  /** The differing claims of other valid tokens for this app, which must be accepted. */
  also?: Record<string, unknown>[];
  /** The differing claims of tokens of the same provider for other purposes, which must be refused. */
  foreign: Record<string, unknown>[];
  /** The differing claims of a user who may not open billing. */
  forbidden?: Record<string, unknown>;
  customer?: string;
}

/** The claims of each provider's tokens, by the headings of the guide. */
const CASES: Record<string, Case> = {
  Auth0: {
    alg: 'RS256',
    claims: {
      iss: 'https://acme.eu.auth0.com/',
      sub: 'auth0|507f1f77bcf86cd799439020',
      aud: ['https://api.acme.example', 'https://acme.eu.auth0.com/userinfo'],
      azp: 'my_client_id',
      scope: 'openid profile',
      'https://acme.example/chargebee_customer_id': 'acme',
    },
    foreign: [
      { aud: ['https://other.acme.example', 'https://acme.eu.auth0.com/userinfo'] },
      // An ID token: its audience is the app, not the API.
      { aud: 'my_client_id' },
    ],
  },
  'Amazon Cognito: ID tokens': {
    alg: 'RS256',
    claims: {
      iss: POOL,
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      aud: '1example23456789',
      token_use: 'id',
      'cognito:username': 'ada',
      'cognito:groups': ['owners'],
      'custom:chargebee_customer_id': 'acme',
    },
    foreign: [{ aud: '9another87654321' }, { aud: undefined, client_id: '1example23456789' }],
  },
  'Amazon Cognito: access tokens': {
    alg: 'RS256',
    claims: {
      iss: POOL,
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      client_id: '1example23456789',
      token_use: 'access',
      scope: 'openid',
      username: 'ada',
      version: 2,
      chargebee_customer_id: 'acme',
    },
    foreign: [{ client_id: '9another87654321' }, { client_id: undefined, aud: '1example23456789' }],
  },
  Clerk: {
    alg: 'RS256',
    claims: {
      iss: 'https://clerk.acme.example',
      sub: 'user_2abc',
      azp: 'https://app.acme.example',
      sid: 'sess_123',
      sts: 'active',
      v: 2,
      fva: [7, -1],
      chargebee_customer_id: 'acme',
    },
    foreign: [{ azp: 'https://evil.example' }, { azp: undefined }],
    // For example, a sign-in that still lacks the second factor.
    forbidden: { sts: 'pending' },
  },
  'Microsoft Entra: version 2': {
    alg: 'RS256',
    claims: {
      iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      aud: API,
      azp: 'a0a0a0a0-0000-0000-0000-000000000000',
      tid: TENANT,
      ver: '2.0',
      scp: 'access_as_user',
      'extn.chargebeeCustomerId': ['acme'],
    },
    foreign: [
      { aud: '00000003-0000-0000-c000-000000000000' },
      { iss: 'https://login.microsoftonline.com/99999999-0000-0000-0000-000000000000/v2.0' },
    ],
  },
  'Microsoft Entra: version 1 beside version 2': {
    alg: 'RS256',
    claims: {
      iss: `https://sts.windows.net/${TENANT}/`,
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      aud: `api://${API}`,
      appid: 'a0a0a0a0-0000-0000-0000-000000000000',
      tid: TENANT,
      ver: '1.0',
      scp: 'access_as_user',
      'extn.chargebeeCustomerId': ['acme'],
    },
    also: [{ iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, aud: API, ver: '2.0' }],
    foreign: [{ aud: 'https://graph.microsoft.com' }, { iss: `https://sts.windows.net/${API}/` }],
  },
  Firebase: {
    alg: 'RS256',
    claims: {
      iss: 'https://securetoken.google.com/acme-project',
      aud: 'acme-project',
      sub: 'qN7Zx',
      user_id: 'qN7Zx',
      firebase: { identities: {}, sign_in_provider: 'password' },
      chargebee_customer_id: 'acme',
    },
    foreign: [{ iss: 'https://securetoken.google.com/other-project', aud: 'other-project' }],
  },
  Google: {
    alg: 'RS256',
    claims: {
      iss: 'https://accounts.google.com',
      aud: '1234567890-acme.apps.googleusercontent.com',
      azp: '1234567890-acme.apps.googleusercontent.com',
      sub: '10769150350006150715113082367',
      email: 'ada@example.com',
    },
    also: [{ iss: 'accounts.google.com' }],
    foreign: [{ aud: '1234567890-other.apps.googleusercontent.com' }],
    // A service account of anybody’s, which chooses the audience of its tokens itself.
    forbidden: { azp: '102345678901234567890', sub: '102345678901234567890' },
    customer: '10769150350006150715113082367',
  },
  Keycloak: {
    alg: 'RS256',
    claims: {
      iss: 'https://login.acme.example/realms/acme',
      aud: 'account',
      sub: 'f1b6ad5e',
      typ: 'Bearer',
      azp: 'acme-web',
      realm_access: { roles: ['offline_access', 'owner'] },
      resource_access: { account: { roles: ['view-profile'] } },
      chargebee_customer_id: 'acme',
    },
    foreign: [{ azp: 'other-web' }, { iss: 'https://login.acme.example/realms/other' }],
    forbidden: { realm_access: { roles: ['offline_access'] } },
  },
  Okta: {
    alg: 'RS256',
    claims: {
      ver: 1,
      iss: 'https://acme.okta.com/oauth2/default',
      aud: 'api://default',
      cid: '0oaAcmeWebClient',
      uid: '00uAda',
      scp: ['openid', 'profile'],
      sub: 'ada@example.com',
      chargebee_customer_id: 'acme',
    },
    foreign: [{ aud: 'api://other' }],
    forbidden: { cid: '0oaOtherClient' },
  },
  'Supabase: signing keys': {
    alg: 'ES256',
    claims: {
      iss: 'https://acmeproject.supabase.co/auth/v1',
      aud: 'authenticated',
      sub: '123e4567-e89b-12d3-a456-426614174000',
      role: 'authenticated',
      aal: 'aal1',
      session_id: 's',
      app_metadata: { provider: 'email', chargebee_customer_id: 'acme' },
      user_metadata: { chargebee_customer_id: 'globex' },
    },
    foreign: [
      { iss: 'https://otherproject.supabase.co/auth/v1' },
      // An app of Supabase's OAuth server, with the hook from the guide.
      { aud: 'partner', client_id: '9a8b7c6d-5e4f-3a2b-1c0d-9e8f7a6b5c4d' },
      { iss: 'supabase', aud: undefined, sub: undefined, role: 'anon' },
    ],
  },
  'Supabase: the legacy JWT secret': {
    alg: 'HS256',
    claims: {
      iss: 'https://acmeproject.supabase.co/auth/v1',
      aud: 'authenticated',
      sub: '123e4567-e89b-12d3-a456-426614174000',
      role: 'authenticated',
      app_metadata: { chargebee_customer_id: 'acme' },
    },
    foreign: [
      { iss: 'supabase', aud: undefined, sub: undefined, role: 'anon', ref: 'acmeproject' },
    ],
  },
  'better-auth': {
    alg: 'EdDSA',
    claims: {
      iss: 'https://app.acme.example',
      aud: 'https://app.acme.example',
      sub: 'Ab12',
      id: 'Ab12',
      email: 'ada@example.com',
      chargebee_customer_id: 'acme',
    },
    foreign: [{ aud: 'https://other.acme.example' }],
  },
  WorkOS: {
    alg: 'RS256',
    claims: {
      iss: 'https://api.workos.com',
      sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
      sid: 'session_01HQSXZGF8FHF7A9ZZFCW4387R',
      jti: '01HQSXZXPPFPKMDD32RKTFY6PV',
      org_id: 'org_01HRDMC6CM357W30QMHMQ96Q0S',
      role: 'member',
      permissions: ['posts:read'],
      // Added by the JWT template.
      aud: 'client_01ACME',
      chargebee_customer_id: 'acme',
    },
    also: [{ iss: 'https://api.workos.com/user_management/client_01ACME' }],
    foreign: [
      { aud: 'client_01OTHER' },
      { iss: 'https://api.workos.com/user_management/client_01OTHER' },
      // Without a JWT template.
      { aud: undefined },
    ],
  },
  Zitadel: {
    alg: 'RS256',
    claims: {
      iss: 'https://acme-abc123.zitadel.cloud',
      sub: '163840776835432705',
      aud: ['198765432109876543', '298765432109876543'],
      client_id: '198765432109876543',
      'urn:zitadel:iam:org:project:roles': {
        billing: { '187654321098765432': 'acme.zitadel.cloud' },
      },
      chargebee_customer_id: 'acme',
    },
    foreign: [{ aud: ['398765432109876543', '498765432109876543'] }],
    forbidden: {
      'urn:zitadel:iam:org:project:roles': {
        viewer: { '187654321098765432': 'acme.zitadel.cloud' },
        billing: { '287654321098765432': 'other.zitadel.cloud' },
      },
    },
  },
  'Your own tokens': {
    alg: 'HS256',
    claims: {
      iss: 'https://app.acme.example',
      aud: 'billing',
      sub: 'ada',
      chargebee_customer_id: 'acme',
    },
    foreign: [{ aud: 'shipping' }],
  },
};

describe('docs/identity-providers.md', () => {
  let recipes: Map<string, Record<string, string>>;
  let server: Server;
  const keys = new Map<string, { privateKey: CryptoKey; jwk: JWK }>();

  beforeAll(async () => {
    const guide = await readFile(GUIDE, 'utf8');
    const blocks = guide.matchAll(/^## (.+)\n[\s\S]*?```sh\n([\s\S]*?)```/gm);
    recipes = new Map(
      [...blocks].map(([, name = '', block = '']) => [
        name,
        Object.fromEntries<string>(
          block
            .trim()
            .split('\n')
            .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
        ),
      ]),
    );
    for (const alg of ['RS256', 'ES256', 'EdDSA']) {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      keys.set(alg, {
        privateKey,
        jwk: { ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' },
      });
    }
    server = createServer((_request, response) =>
      response.end(JSON.stringify({ keys: [...keys.values()].map(({ jwk }) => jwk) })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => server.close());

  /** The configuration of a recipe, but with the key set of the test, and with the secret in the variable instead of a file. */
  const identityOf = (
    name: string,
    more: Record<string, string> = {},
  ): Identity<IncomingMessage> => {
    const { AUTH_JWKS_URL, AUTH_JWT_SECRET_FILE, ...recipe } = recipes.get(name) ?? {};
    const { port } = server.address() as AddressInfo;
    if (AUTH_JWKS_URL !== undefined) expect(AUTH_JWKS_URL).toMatch(/^https:\/\//);
    const secret =
      recipe.AUTH_JWT_SECRET_ENCODING === 'base64'
        ? Buffer.from(SECRET).toString('base64')
        : SECRET;
    const config = loadConfig({
      CHARGEBEE_SITE: 'acme-test',
      CHARGEBEE_API_KEY: 'key',
      ...recipe,
      ...more,
      ...(AUTH_JWKS_URL && { AUTH_JWKS_URL: `http://127.0.0.1:${port}/` }),
      ...(AUTH_JWT_SECRET_FILE && { AUTH_JWT_SECRET: secret }),
    });
    expect(config.warnings).toEqual([]);
    return createIdentity({}, config, {
      logger: createLogger('silent'),
      metrics: new PortalMetrics(),
    });
  };
  const sign = (alg: string, claims: object): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const payload = JSON.parse(JSON.stringify({ iat: now, exp: now + 600, ...claims })) as object;
    const key = keys.get(alg)?.privateKey ?? new TextEncoder().encode(SECRET);
    return new SignJWT({ ...payload }).setProtectedHeader({ alg, kid: alg, typ: 'JWT' }).sign(key);
  };
  const outcomeOf = async (
    identity: Identity<IncomingMessage>,
    token: string,
  ): Promise<unknown> => {
    const request = { headers: { authorization: `Bearer ${token}` } } as IncomingMessage;
    try {
      return await identity.resolveCustomerIds(await identity.authenticate(request));
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('has a recipe for exactly the providers that are tested here', () => {
    expect([...recipes.keys()].sort()).toEqual(Object.keys(CASES).sort());
  });

  it('says correctly that a required claim accepts the apps of one version of Entra only', async () => {
    const name = 'Microsoft Entra: version 1 beside version 2';
    const { alg, claims, also: [second] = [] } = CASES[name] ?? { alg: '', claims: {} };
    const { appid, ...rest } = claims as { appid: string };
    const first = await sign(alg, claims);
    const other = await sign(alg, { ...rest, ...second, azp: appid });
    for (const [claim, outcomes] of Object.entries({
      appid: [['acme'], 'FORBIDDEN'],
      azp: ['FORBIDDEN', ['acme']],
    })) {
      const identity = identityOf(name, { AUTH_REQUIRED_CLAIM: `${claim}=${appid}` });
      expect([await outcomeOf(identity, first), await outcomeOf(identity, other)])
        .withContext(claim)
        .toEqual(outcomes);
      await identity.bearer?.keys.close();
    }
  });

  for (const [
    name,
    { alg, claims, also = [], foreign, forbidden, customer = 'acme' },
  ] of Object.entries(CASES)) {
    it(`accepts the tokens of ${name}, and refuses those of another app`, async () => {
      const identity = identityOf(name);
      for (const own of [{}, ...also]) {
        expect(await outcomeOf(identity, await sign(alg, { ...claims, ...own })))
          .withContext(JSON.stringify(own))
          .toEqual([customer]);
      }
      for (const other of foreign) {
        expect(await outcomeOf(identity, await sign(alg, { ...claims, ...other })))
          .withContext(JSON.stringify(other))
          .toBe('UNAUTHENTICATED');
      }
      if (forbidden) {
        expect(await outcomeOf(identity, await sign(alg, { ...claims, ...forbidden }))).toBe(
          'FORBIDDEN',
        );
      }
      await identity.bearer?.keys.close();
    });
  }
});
