import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { advanceDate, passTime, resetDate } from './support/clock.js';
import { eventually } from './support/eventually.js';
import { AUDIENCE, inAnHour } from './support/identity-provider.js';
import { Portal, VIEWER, type LogLine } from './support/portal.js';
import { deferred } from './support/deferred.js';

const EC_KEY = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
  format: 'jwk',
});

describe('the keys of an identity provider', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => {
    resetDate();
    return portal.stop();
  });

  const statusFor = async (token: string) =>
    (await portal.post('/graphql', { query: VIEWER }, { token })).status;

  it('are fetched once for all callers', async () => {
    const tokens = await Promise.all(
      [1, 2, 3].map((id) => portal.idp.token({ sub: `user-${id}` })),
    );
    expect(await Promise.all(tokens.map(statusFor))).toEqual([200, 200, 200]);
    expect(portal.idp.fetches).toBe(1);
  });

  it('are not needed again for a verified token until it expires', async () => {
    const token = await portal.idp.token({}, { expiresIn: 600 });
    expect(await statusFor(token)).toBe(200);
    await portal.idp.stop();
    expect(await statusFor(token)).toBe(200);
    advanceDate(700_000);
    expect(await statusFor(token)).toBe(401);
  });

  /** Starts a server whose identity provider fails from the start. */
  const startWithout = async (failure: (response: ServerResponse) => void): Promise<Portal> => {
    portal.idp.intercept = failure;
    return Portal.start({ ...portal.idp.env });
  };
  const isAboutKeys = ({ msg }: LogLine) => String(msg).includes('cannot be fetched');
  const readiness = async ({ url }: Portal) => {
    const response = await fetch(`${url}/readyz`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  const metricOf = async ({ metricsUrl }: Portal, name: string) => {
    const text = await (await fetch(metricsUrl)).text();
    return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
  };

  it('are fetched at start, before the first request', async () => {
    await eventually(async () => (await readiness(portal))[0] === 200);
    expect(portal.idp.fetches).toBe(1);
    expect(await metricOf(portal, 'portal_key_set_usable')).toBe('1');
    expect(Number(await metricOf(portal, 'portal_key_set_age_seconds'))).toBeLessThan(60);
    expect(await metricOf(portal, 'portal_key_set_fetch_failures_total')).toBe('0');
  });

  it('are fetched with a user agent, without which some firewalls refuse a request', async () => {
    let userAgent: string | undefined;
    const other = await startWithout((response) => {
      userAgent = response.req.headers['user-agent'];
      response.end(JSON.stringify({ keys: [portal.idp.jwk] }));
    });
    await eventually(async () => (await readiness(other))[0] === 200);
    expect(userAgent).toBe('chargebee-portal-server');
    await other.stop();
  });

  it('have an age that is right although the wall clock was set back', async () => {
    await eventually(async () => (await readiness(portal))[0] === 200);
    advanceDate(-7_200_000);
    const age = Number(await metricOf(portal, 'portal_key_set_age_seconds'));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(60);
  });

  for (const [what, keys] of [
    ['none', []],
    ['none for signatures', [{ kty: 'RSA', use: 'enc', n: 'x', e: 'AQAB' }]],
    ['nothing but a broken one', [{ kty: 'RSA', kid: 'k', n: 1 }]],
    ['none to verify with', [{ ...EC_KEY, key_ops: ['deriveKey'] }]],
  ] as const) {
    it(`cause 503 and make the server not ready while there is ${what}`, async () => {
      const other = await startWithout((response) => response.end(JSON.stringify({ keys })));
      const token = await portal.idp.token();
      const { status, errors } = await other.graphql(VIEWER, {}, { token });
      expect(status).toBe(503);
      expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
      expect(await readiness(other)).toEqual([503, 'waiting for keys']);
      expect(await metricOf(other, 'portal_key_set_usable')).toBe('0');
      const warning = other.log.find(({ msg }) => String(msg).includes('publishes no key'));
      expect([warning?.level, warning?.published]).toEqual(['warn', keys.length]);
      // Half a minute later the server fetches the keys again. One case is enough to test that.
      portal.idp.intercept = undefined;
      if (keys.length > 0) return other.stop();
      passTime(31_000);
      await eventually(async () => (await readiness(other))[0] === 200);
      expect(await metricOf(other, 'portal_key_set_usable')).toBe('1');
      await other.stop();
    });
  }

  it('cause 503 and make the server not ready while they cannot be fetched', async () => {
    const other = await startWithout((response) => response.writeHead(500).end());
    const token = await portal.idp.token();
    const { status, errors } = await other.graphql(VIEWER, {}, { token });
    expect(status).toBe(503);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    expect(other.log.find(isAboutKeys)?.level).toBe('warn');
    expect(await readiness(other)).toEqual([503, 'waiting for keys']);
    expect(await metricOf(other, 'portal_key_set_usable')).toBe('0');
    expect(await metricOf(other, 'portal_key_set_age_seconds')).toBe('Nan');
    expect(Number(await metricOf(other, 'portal_key_set_fetch_failures_total'))).toBeGreaterThan(0);
    // The server detects without a request that the provider is available again.
    portal.idp.intercept = undefined;
    await eventually(async () => (await readiness(other))[0] === 200);
    // Once ready, the server stays ready.
    portal.idp.intercept = (response) => response.socket?.destroy();
    expect(await readiness(other)).toEqual([200, 'ready']);
    await other.stop();
  });

  it('are not read from a response that is not a key set, and the log contains the reason', async () => {
    const token = await portal.idp.token();
    const cases: [failure: (response: ServerResponse) => void, why: string][] = [
      '<html>',
      'null',
      '{}',
      '{"keys":{}}',
      '{"keys":[7]}',
    ].map((answer) => [
      (response: ServerResponse) => response.end(answer),
      'its answer is not a key set (JSON with "keys")',
    ]);
    cases.push([
      (response) => response.writeHead(302, { location: `${portal.idp.issuer}/moved` }).end(),
      'it answered with status 302, a redirect, which is not followed',
    ]);
    cases.push([(response) => response.writeHead(304).end(), 'it answered with status 304']);
    cases.push([
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"keys":[]}'),
      'its answer is compressed, which was not asked for',
    ]);
    cases.push([
      (response) => response.end(`{"issuer":"x","jwks_uri":"${portal.idp.issuer}/jwks.json"}`),
      'its answer is a discovery document; the key set is at the URL that "jwks_uri" in it names',
    ]);
    cases.push([
      (response) => response.end('x'.repeat(10 * 1024 * 1024)),
      'its answer is too large',
    ]);
    const malformed = Array.from({ length: 201 }, () => ({ kty: 'RSA' }));
    cases.push([
      (response) => response.end(JSON.stringify({ keys: malformed })),
      'its answer has too many keys',
    ]);
    for (const [failure, message] of cases) {
      const other = await startWithout(failure);
      const response = await other.post('/graphql', { query: VIEWER }, { token });
      expect(response.status).withContext(message).toBe(503);
      expect(other.log.find(isAboutKeys)?.err).toEqual(jasmine.objectContaining({ message }));
      await other.stop();
    }
  });

  it('are not fetched again immediately after a failure', async () => {
    const token = await portal.idp.token();
    const begun = performance.now();
    const other = await startWithout((response) => response.end('<html>'));
    const ask = async () => (await other.post('/graphql', { query: VIEWER }, { token })).status;
    expect([await ask(), await ask(), await ask()]).toEqual([503, 503, 503]);
    const fetches = Number(await metricOf(other, 'portal_key_set_fetch_failures_total'));
    expect(fetches).toBeGreaterThan(0);
    // One fetch, and another one for every five seconds on a busy machine.
    expect(fetches).toBeLessThanOrEqual(1 + Math.floor((performance.now() - begun) / 5000));
    await other.stop();
  });

  it('may have members that are nested too deeply to be copied', async () => {
    const [key = '', rest = ''] = JSON.stringify(portal.idp.jwk).split(/(?=\}$)/);
    const nested = `${key},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}${rest}`;
    const other = await startWithout((response) => response.end(`{"keys":[${nested}]}`));
    const token = await portal.idp.token();
    expect((await other.post('/graphql', { query: VIEWER }, { token })).status).toBe(200);
    await other.stop();
  });

  it('are limited in size, so that an endless response is aborted', async () => {
    const cutOff = deferred();
    const other = await startWithout((response) => {
      const writeUntilFull = (): void => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', writeUntilFull).once('close', cutOff.resolve);
      writeUntilFull();
    });
    const token = await portal.idp.token();
    expect((await other.post('/graphql', { query: VIEWER }, { token })).status).toBe(503);
    await cutOff.promise;
    await other.stop();
  });

  it('do not block start and close while their fetch hangs', async () => {
    const begun = performance.now();
    const other = await startWithout(() => undefined);
    expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
    await other.stop();
    expect(performance.now() - begun).toBeLessThan(4000);
    // That the fetch was aborted is no fault of the identity provider.
    expect(other.log.some(isAboutKeys)).toBeFalse();
  });

  it('are logged by id when one is malformed, and the others still work', async () => {
    const token = await portal.idp.token();
    const { jwk } = portal.idp;
    const broken = [
      { ...jwk, kid: 'broken', n: '!!' },
      { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' },
      { ...jwk, kid: 'encrypts', use: 'enc', n: '!!' },
    ];
    const other = await startWithout((response) =>
      response.end(JSON.stringify({ keys: [...broken, jwk] })),
    );
    const ask = async (bearer: string) =>
      (await other.post('/graphql', { query: VIEWER }, { token: bearer })).status;
    expect(await ask(token)).toBe(200);
    expect(other.log.filter((line) => 'why' in line).map(({ kid }) => kid)).toEqual([
      'broken',
      'secret',
    ]);
    expect(other.logText()).not.toContain('c2VjcmV0');
    // Such a token cannot be verified, which must not sign the user out.
    expect(await ask(await portal.idp.token({}, { header: { kid: 'broken' } }))).toBe(503);
    const line = other.log.find(({ msg }) => msg === 'the caller cannot be verified');
    expect(JSON.stringify(line?.err)).toContain('the key \\"broken\\" of the key set');
    await other.stop();
  });

  it('may include unusable keys: tokens of other keys with the same id, or with none, are accepted', async () => {
    const { jwk } = portal.idp;
    const { kty, n, e } = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
      format: 'jwk',
    });
    const short = { ...jwk, kty, n, e };
    let keys: object[] = [short, { ...jwk, n: '!!' }, jwk];
    const send = (response: ServerResponse) => response.end(JSON.stringify({ keys }));
    const withoutId = await portal.idp.token({}, { header: { kid: undefined } });

    const several = await startWithout(send);
    const ask = async (server: Portal, token: string) =>
      (await server.post('/graphql', { query: VIEWER }, { token })).status;
    expect(await ask(several, await portal.idp.token())).toBe(200);
    expect(await ask(several, withoutId)).toBe(200);
    await several.stop();

    // Such a token cannot be verified, which must not sign the user out.
    keys = [short, { ...EC_KEY, kid: 'other' }];
    const only = await startWithout(send);
    expect(await ask(only, withoutId)).toBe(503);
    const line = only.log.find(({ msg }) => msg === 'the caller cannot be verified');
    expect(JSON.stringify(line?.err)).toContain('the key without an id of the key set');
    await only.stop();
  });

  for (const encoding of ['', 'Identity', 'UTF-8']) {
    it(`are read although the provider states the content-encoding "${encoding}", which is no compression`, async () => {
      const keys = [portal.idp.jwk];
      const other = await startWithout((response) =>
        response.setHeader('content-encoding', encoding).end(JSON.stringify({ keys })),
      );
      const token = await portal.idp.token();
      expect((await other.post('/graphql', { query: VIEWER }, { token })).status).toBe(200);
      await other.stop();
    });
  }

  it('are used when verifying is one of several operations that they are for', async () => {
    const keys = [{ ...portal.idp.jwk, use: undefined, key_ops: ['sign', 'verify', 'verify'] }];
    const other = await startWithout((response) => response.end(JSON.stringify({ keys })));
    const token = await portal.idp.token();
    expect((await other.post('/graphql', { query: VIEWER }, { token })).status).toBe(200);
    await other.stop();
  });

  it('are used although other entries of the set are no objects, and members without a meaning are empty', async () => {
    const keys = [null, 7, 'x', [], { ...portal.idp.jwk, use: '', alg: '' }];
    const other = await startWithout((response) => response.end(JSON.stringify({ keys })));
    const token = await portal.idp.token();
    expect((await other.post('/graphql', { query: VIEWER }, { token })).status).toBe(200);
    await other.stop();
  });

  it('expire a day after they were fetched, although the wall clock was set back', async () => {
    expect(await statusFor(await portal.idp.token())).toBe(200);
    portal.idp.intercept = (response) => response.socket?.destroy();
    passTime(25 * 3_600_000);
    expect(await statusFor(await portal.idp.token({ sub: 'user-2' }))).toBe(503);
    expect(await metricOf(portal, 'portal_key_set_usable')).toBe('0');
  });

  it('are all tried for a token without a key id', async () => {
    const header = { kid: undefined };
    const old = await portal.idp.token({}, { header });
    await portal.idp.addKey();
    const fresh = await portal.idp.token({ sub: 'user-2' }, { header });
    // A server that starts after both keys were published.
    const other = await Portal.start({ ...portal.idp.env });
    const ask = async (token: string) =>
      (await other.post('/graphql', { query: VIEWER }, { token })).status;
    expect([await ask(old), await ask(fresh)]).toEqual([200, 200]);
    await portal.idp.addKey();
    expect(await ask(await portal.idp.token({ sub: 'user-3' }, { header }))).toBe(401);
    // A fault other than the signature occurs with every key, so the other keys are not tried.
    const late = await portal.idp.token({}, { header, expiresIn: -90 });
    expect(await ask(late)).toBe(401);
    await other.stop();
  });

  it('are tried only up to a limit, so that refusing forged tokens stays cheap', async () => {
    for (let count = 0; count < 5; count += 1) await portal.idp.addKey();
    const other = await Portal.start({ ...portal.idp.env });
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT({ sub: 'user-1', exp: inAnHour() })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(privateKey);
    const verify = spyOn(crypto.subtle, 'verify').and.callThrough();
    const { status } = await other.post('/graphql', { query: VIEWER }, { token: forged });
    expect(status).toBe(401);
    expect(verify).toHaveBeenCalledTimes(4);
    await other.stop();
  });

  describe('the memory of verified tokens', () => {
    const TEN_MINUTES = 601_000;
    /** Repeats a request with the token until it has this status. */
    const waitForStatus = (token: string, status: number) =>
      eventually(async () => (await statusFor(token)) === status);

    it('keeps a token for at most ten minutes', async () => {
      const token = await portal.idp.token({}, { expiresIn: 3600 });
      const verify = spyOn(crypto.subtle, 'verify').and.callThrough();
      expect([await statusFor(token), await statusFor(token)]).toEqual([200, 200]);
      expect(verify).toHaveBeenCalledTimes(1);
      advanceDate(TEN_MINUTES);
      expect(await statusFor(token)).toBe(200);
      expect(verify).toHaveBeenCalledTimes(2);
    });

    it('drops a token when its key is withdrawn, even if only cached tokens are sent', async () => {
      const token = await portal.idp.token();
      expect(await statusFor(token)).toBe(200);
      await portal.idp.rotate();
      expect(await statusFor(token)).toBe(200);
      expect(portal.idp.fetches).toBe(1);
      passTime(TEN_MINUTES);
      await waitForStatus(token, 401);
      expect(portal.idp.fetches).toBe(2);
    });

    it('does not add a token whose key was withdrawn during its verification', async () => {
      const old = await portal.idp.token();
      expect(await statusFor(await portal.idp.token({ sub: 'user-2' }))).toBe(200);

      let proceed = (): void => undefined;
      const mayProceed = new Promise<void>((resolve) => (proceed = resolve));
      const { subtle } = crypto;
      const verify = subtle.verify.bind(subtle);
      const slowly = new Promise<void>((begun) => {
        spyOn(subtle, 'verify').and.callFake(async (...signed) => {
          subtle.verify = verify;
          begun();
          await mayProceed;
          return verify(...signed);
        });
      });
      const inFlight = statusFor(old);
      await slowly;
      await portal.idp.rotate();
      passTime(TEN_MINUTES);
      await waitForStatus(await portal.idp.token({ sub: 'user-3' }), 200);
      proceed();
      expect(await inFlight).toBe(200);
      expect(await statusFor(old)).toBe(401);
    });

    it('does not delay requests while the keys are refreshed', async () => {
      const known = await portal.idp.token();
      expect(await statusFor(known)).toBe(200);
      const asked = new Promise<ServerResponse>((resolve) => (portal.idp.intercept = resolve));
      passTime(TEN_MINUTES);
      expect(await statusFor(known)).toBe(200);
      const response = await asked;
      expect(await statusFor(await portal.idp.token({ sub: 'user-2' }))).toBe(200);
      expect(portal.idp.fetches).toBe(2);
      response.destroy();
      await portal.nextLine(({ msg }) => String(msg).includes('cannot be fetched'));
      expect(await statusFor(known)).toBe(200);
    });
  });

  describe('a rotated key', () => {
    const HALF_A_MINUTE = 31_000;

    it('is fetched, and tokens of the old one are refused', async () => {
      const old = await portal.idp.token();
      expect(await statusFor(old)).toBe(200);
      await portal.idp.rotate();
      const fresh = await portal.idp.token({ sub: 'user-2' });
      passTime(HALF_A_MINUTE);
      expect(await statusFor(fresh)).toBe(200);
      expect(await statusFor(old)).toBe(401);
      expect(portal.idp.fetches).toBe(2);
    });

    it('is fetched although the wall clock was set back', async () => {
      expect(await statusFor(await portal.idp.token())).toBe(200);
      advanceDate(-3_600_000);
      await portal.idp.rotate();
      passTime(HALF_A_MINUTE);
      expect(await statusFor(await portal.idp.token({ sub: 'user-2' }))).toBe(200);
    });

    it('is fetched by a process that was suspended, although its monotonic clock stood still', async () => {
      expect(await statusFor(await portal.idp.token())).toBe(200);
      await portal.idp.rotate();
      advanceDate(HALF_A_MINUTE);
      expect(await statusFor(await portal.idp.token({ sub: 'user-2' }))).toBe(200);
    });

    it('is fetched when the provider keeps the key id', async () => {
      await portal.idp.rotate('only-key');
      const old = await portal.idp.token();
      expect(await statusFor(old)).toBe(200);
      await portal.idp.rotate('only-key');
      const fresh = await portal.idp.token({ sub: 'user-2' });
      expect(await statusFor(fresh)).toBe(401);
      expect(portal.idp.fetches).toBe(1);
      passTime(HALF_A_MINUTE);
      expect(await statusFor(fresh)).toBe(200);
      expect(await statusFor(old)).toBe(401);
      expect(portal.idp.fetches).toBe(2);
    });

    it('causes no 503 for a signature that does not match while the identity provider is unavailable', async () => {
      const [header, payload] = (await portal.idp.token()).split('.');
      const [, , otherSignature] = (await portal.idp.token({ sub: 'user-2' })).split('.');
      expect(await statusFor(await portal.idp.token())).toBe(200);
      portal.idp.intercept = (response) => response.socket?.destroy();
      passTime(HALF_A_MINUTE);
      expect(await statusFor(`${header}.${payload}.${otherSignature}`)).toBe(401);
      expect(await statusFor(await portal.idp.token({ sub: 'user-3' }))).toBe(200);
    });

    it('cannot be used to make the server flood the identity provider', async () => {
      expect(await statusFor(await portal.idp.token())).toBe(200);
      for (const kid of ['a', 'b', 'c']) {
        expect(await statusFor(await portal.idp.token({}, { header: { kid } }))).toBe(401);
      }
      expect(portal.idp.fetches).toBe(1);
    });

    it('does not affect tokens of known keys while the identity provider is unavailable', async () => {
      expect(await statusFor(await portal.idp.token())).toBe(200);
      const other = await portal.idp.token({ sub: 'user-2' });
      portal.idp.intercept = (response) => response.socket?.destroy();
      passTime(HALF_A_MINUTE);
      expect(await statusFor(await portal.idp.token({}, { header: { kid: 'new' } }))).toBe(503);
      expect(await statusFor(other)).toBe(200);
    });

    it('cannot be forged to fill the log with errors while the identity provider is unavailable', async () => {
      expect(await statusFor(await portal.idp.token())).toBe(200);
      portal.idp.intercept = (response) => response.socket?.destroy();
      passTime(HALF_A_MINUTE);
      for (const kid of ['a', 'b', 'c']) {
        expect(await statusFor(await portal.idp.token({}, { header: { kid } }))).toBe(503);
      }
      expect(portal.log.filter(({ level }) => level === 'error')).toEqual([]);
      expect(portal.log.filter(({ msg }) => String(msg).includes('cannot be fetched')).length).toBe(
        1,
      );
      expect(portal.log.filter(({ level }) => level === 'warn').length).toBe(4);
    });
  });
});

describe('tokens verified by a key set', () => {
  it('are refused when signed with an algorithm that is not on the allow-list', async () => {
    for (const [algorithms, status] of [
      ['RS256, ES256', 200],
      ['RS384, RS512, PS256, ES256', 401],
    ] as const) {
      const portal = await Portal.start({ AUTH_ALGORITHMS: algorithms });
      expect((await portal.post('/graphql', { query: VIEWER })).status)
        .withContext(algorithms)
        .toBe(status);
      await portal.stop();
    }
  });
});

describe('tokens verified by a public key', () => {
  const issuer = 'https://id.example.com';
  const claims = () => ({ iss: issuer, aud: AUDIENCE, sub: 'user-1', exp: inAnHour() });
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519']) {
    it(`are accepted when signed with ${algorithm}`, async () => {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      const portal = await Portal.start({
        AUTH_JWKS_URL: undefined,
        // With escaped line breaks, as in the variables of many platforms.
        AUTH_PUBLIC_KEY: (await exportSPKI(publicKey)).replaceAll('\n', '\\n'),
        AUTH_ISSUER: issuer,
      });
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg: algorithm })
        .sign(privateKey);
      expect((await portal.post('/graphql', { query: VIEWER }, { token })).status).toBe(200);
      await portal.stop();
    });
  }

  it('are refused when the public key was used as a shared secret', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const pem = await exportSPKI(publicKey);
    const portal = await Portal.start({
      AUTH_JWKS_URL: undefined,
      AUTH_PUBLIC_KEY: pem,
      AUTH_ISSUER: issuer,
    });
    for (const secret of [pem, pem.trim()]) {
      const signed = `${encode({ alg: 'HS256' })}.${encode(claims())}`;
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      const token = `${signed}.${signature}`;
      expect((await portal.post('/graphql', { query: VIEWER }, { token })).status).toBe(401);
    }
    await portal.stop();
  });

  it('are refused when signed with an algorithm that is not on the allow-list', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const portal = await Portal.start({
      AUTH_JWKS_URL: undefined,
      AUTH_PUBLIC_KEY: await exportSPKI(publicKey),
      AUTH_ISSUER: issuer,
      AUTH_ALGORITHMS: 'RS256',
    });
    const statusOf = async (alg: string) => {
      const key = await importPKCS8(await exportPKCS8(privateKey), alg);
      const token = await new SignJWT(claims()).setProtectedHeader({ alg }).sign(key);
      return (await portal.post('/graphql', { query: VIEWER }, { token })).status;
    };
    expect(await statusOf('RS256')).toBe(200);
    expect(await statusOf('RS512')).toBe(401);
    expect(await statusOf('PS256')).toBe(401);
    await portal.stop();
  });
});

describe('tokens verified by a secret', () => {
  const secret = new TextEncoder().encode('a secret of thirty-two bytes and more');
  const start = (env: Record<string, string> = {}) =>
    Portal.start({
      AUTH_JWKS_URL: undefined,
      AUTH_ISSUER: undefined,
      AUTH_AUDIENCE: undefined,
      AUTH_JWT_SECRET: new TextDecoder().decode(secret),
      ...env,
    });
  const tokenWith = (alg: string, claims: object = {}) =>
    new SignJWT({ sub: 'user-1', exp: inAnHour(), ...claims })
      .setProtectedHeader({ alg })
      .sign(secret);
  const statusFor = async (portal: Portal, token: string) =>
    (await portal.post('/graphql', { query: VIEWER }, { token })).status;

  it('are accepted only with HS256, unless configured otherwise', async () => {
    const portal = await start();
    expect(await statusFor(portal, await tokenWith('HS256'))).toBe(200);
    expect(await statusFor(portal, await tokenWith('HS512'))).toBe(401);
    await portal.stop();
  });

  it('must expire at a time that is finite', async () => {
    const portal = await start();
    const encode = (text: string) => Buffer.from(text).toString('base64url');
    const unsigned = `${encode('{"alg":"HS256"}')}.${encode('{"sub":"user-1","exp":1e400}')}`;
    const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
    expect(await statusFor(portal, `${unsigned}.${signature}`)).toBe(401);
    await portal.stop();
  });

  it('must have the configured issuer and audience', async () => {
    const portal = await start({ AUTH_ISSUER: 'https://id.example.com', AUTH_AUDIENCE: AUDIENCE });
    const claims = { iss: 'https://id.example.com', aud: AUDIENCE };
    expect(await statusFor(portal, await tokenWith('HS256', claims))).toBe(200);
    expect(await statusFor(portal, await tokenWith('HS256', { ...claims, iss: 'other' }))).toBe(
      401,
    );
    expect(await statusFor(portal, await tokenWith('HS256', { ...claims, aud: 'other' }))).toBe(
      401,
    );
    await portal.stop();
  });
});
