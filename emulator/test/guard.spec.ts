import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { startEmulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec, postJson, rawRequest } from './support.js';

describe('the emulator', () => {
  closeEmulatorsAfterEach();

  const DEMO = 'http://localhost:4200';

  it('marks every response as its own', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: '/idp/users', status: 500 });
    const paths = [
      '/',
      '/api/v2/customers',
      '/api/v2/nothing',
      '/v2/chargebee.js',
      '/portal/v2/home',
      '/pages/v3/nothing/',
      '/idp/.well-known/jwks.json',
      '/idp/users',
      '/_emulator',
      '/nothing',
      '/%zz',
      '/api/v2/customers/%zz',
      '/portal/v2/subscriptions/%E0%A4%A',
    ];
    for (const path of paths) {
      const { headers } = await fetch(`${emulator.url}${path}`, { redirect: 'manual' });
      expect(headers.get('x-chargebee-emulator')).withContext(path).toBe('true');
    }
    for (const path of ['/', '/api/v2/customers/%zz']) {
      const refused = await rawRequest(emulator, path, { host: 'evil.example' });
      expect([refused.status, refused.headers['x-chargebee-emulator']])
        .withContext(path)
        .toEqual([403, 'true']);
    }
  });

  it('marks its response to input that is not HTTP', async () => {
    const { url } = await emulatorForSpec();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('this is not HTTP\r\n\r\n');
    const answer = (await socket.setEncoding('utf8').toArray()).join('');
    expect(answer).toMatch(/^HTTP\/1.1 400 .*\r\nx-chargebee-emulator: true\r\n/);
  });

  it('responds only to the host names of this machine', async () => {
    const emulator = await emulatorForSpec({ allowedHosts: ['emulator'] });
    const statusFor = async (host: string) =>
      (await rawRequest(emulator, '/_emulator', { host })).status;
    for (const host of [
      'localhost',
      'localhost:4010',
      '127.0.0.1:1',
      '[::1]:4010',
      '[::1]',
      'emulator:4010',
      'LOCALHOST',
    ]) {
      expect(await statusFor(host))
        .withContext(host)
        .toBe(200);
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ]) {
      expect(await statusFor(host))
        .withContext(host)
        .toBe(403);
    }
  });

  it('records requests that it cannot decode', async () => {
    const emulator = await emulatorForSpec();
    await fetch(`${emulator.url}/api/v2/customers/%zz`);
    expect(emulator.requests.list()).toEqual([
      jasmine.objectContaining({ url: '/api/v2/customers/%zz', status: 400 }),
    ]);
  });

  it('can be reached by its own URL, whichever loopback address it listens on', async () => {
    const names: Record<string, string> = {
      '127.0.0.1': 'localhost',
      localhost: 'localhost',
      // Only the first of these addresses exists on every machine.
      ...(process.platform === 'linux' ? { '127.0.0.2': '127.0.0.2' } : {}),
      ...(hasAddress('::1') ? { '::1': '[::1]' } : {}),
    };
    for (const [host, name] of Object.entries(names)) {
      const { url } = await emulatorForSpec({ host });
      expect(new URL(url).hostname).toBe(name);
      expect((await fetch(`${url}/_emulator`)).status)
        .withContext(host)
        .toBe(200);
    }
  });

  it('explains the allowed host names when it rejects one', async () => {
    const { body } = await rawRequest(await emulatorForSpec(), '/', { host: 'evil.example' });
    expect(body).toContain('EMULATOR_ALLOWED_HOSTS');
  });

  it('listens only on a loopback address by default', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.1', 'example.com', '127.0.0.1.nip.io']) {
      await expectAsync(startEmulator({ port: 0, host }))
        .withContext(host)
        .toBeRejectedWithError(/not a loopback address/);
    }
    const open = await emulatorForSpec({ host: '0.0.0.0', allowRemote: true });
    expect((await fetch(`${open.url}/_emulator`)).status).toBe(200);
  });

  const writes: [string, path: string, body: unknown, done: number][] = [
    ['its controls', '/_emulator/reset', undefined, 204],
    ['its identity provider', '/idp/token', { user: 'juniper' }, 200],
  ];
  for (const [what, path, body, done] of writes) {
    it(`accepts writes to ${what} from programs, itself and the demo`, async () => {
      const emulator = await emulatorForSpec();
      const statusFor = async (headers: Record<string, string>) =>
        (await postJson(emulator, path, body, headers)).status;
      expect(await statusFor({})).toBe(done);
      expect(await statusFor({ origin: emulator.url })).toBe(done);
      expect(await statusFor({ origin: DEMO })).toBe(done);
    });

    it(`rejects writes to ${what} from pages of other origins`, async () => {
      const emulator = await emulatorForSpec();
      const statusFor = async (headers: Record<string, string>) =>
        (await postJson(emulator, path, body, headers)).status;
      for (const origin of [
        'http://evil.example',
        'http://localhost:4201',
        'https://localhost:4200',
        'null',
      ]) {
        expect(await statusFor({ origin }))
          .withContext(origin)
          .toBe(403);
      }
    });
  }

  it('rejects writes from pages of other sites that send no Origin header', async () => {
    const emulator = await emulatorForSpec();
    const statusFor = async (site: string) =>
      (await rawRequest(emulator, '/_emulator/reset', { 'sec-fetch-site': site }, 'POST')).status;
    expect(await statusFor('cross-site')).toBe(403);
    expect(await statusFor('same-site')).toBe(403);
    expect(await statusFor('same-origin')).toBe(204);
  });

  it('lets only the demo’s pages read its identity provider', async () => {
    const emulator = await emulatorForSpec({ demoOrigins: ['http://localhost:5000'] });
    const allowedFor = async (origin: string) =>
      (await fetch(`${emulator.url}/idp/users`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowedFor('http://localhost:5000')).toBe('http://localhost:5000');
    expect(await allowedFor(DEMO)).toBeNull();
    const preflight = await fetch(`${emulator.url}/idp/token`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('http://localhost:5000');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
  });

  it('does not allow pages to use the API', async () => {
    const emulator = await emulatorForSpec();
    const answer = await fetch(`${emulator.url}/api/v2/customers`, {
      method: 'OPTIONS',
      headers: { origin: DEMO, 'access-control-request-method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

const hasAddress = (wanted: string): boolean =>
  Object.values(networkInterfaces())
    .flat()
    .some((found) => found?.address === wanted);
