import {
  closeEmulatorsAfterEach,
  emulatorForSpec,
  rawRequest,
  rejection,
  sdkFor,
} from './support.js';
import type { ApiError } from './support.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the API key', () => {
  closeEmulatorsAfterEach();

  const path = '/api/v2/customers';

  for (const [how, credentials] of [
    ['as the user name with an empty password', 'test_emulator_key:'],
    ['without a colon, as PHP and Go send it', 'test_emulator_key'],
  ] as const) {
    it(`is accepted ${how}`, async () => {
      const authorization = basic(credentials);
      const answer = await rawRequest(await emulatorForSpec(), path, { authorization });
      expect(answer.status).toBe(200);
    });
  }

  it('is rejected with Chargebee’s error when it is another one', async () => {
    const error = await rejection(
      sdkFor(await emulatorForSpec(), { apiKey: 'another_key' }).customer.list(),
    );
    expect(error).toEqual(
      jasmine.objectContaining({
        http_status_code: 401,
        api_error_code: 'api_authentication_failed',
        type: 'untyped',
      }),
    );
  });

  const wrong: [string, Record<string, string>, code: string][] = [
    ['there is none', {}, 'api_authentication_failed'],
    [
      'it is a bearer token',
      { authorization: 'Bearer test_emulator_key' },
      'basic_authentication_failed',
    ],
    [
      'there is a password',
      { authorization: basic('test_emulator_key:x') },
      'api_authentication_failed',
    ],
    ['it is not base64', { authorization: 'Basic !' }, 'basic_authentication_failed'],
  ];
  for (const [what, headers, code] of wrong) {
    it(`is rejected when ${what}`, async () => {
      const answer = await rawRequest(await emulatorForSpec(), path, headers);
      expect(answer.status).toBe(401);
      expect((JSON.parse(answer.body) as ApiError).api_error_code).toBe(code);
    });
  }

  it('is required on unknown paths too', async () => {
    expect((await rawRequest(await emulatorForSpec(), '/api/v2/nothing', {})).status).toBe(401);
  });

  it('can be configured', async () => {
    const emulator = await emulatorForSpec({ apiKey: 'live_abc' });
    expect((await sdkFor(emulator, { apiKey: 'live_abc' }).customer.list()).list.length).toBe(7);
  });
});

describe('the site', () => {
  closeEmulatorsAfterEach();

  it('is checked when the host name contains it', async () => {
    const emulator = await emulatorForSpec();
    const { port } = new URL(emulator.url);
    const ask = (site: string) =>
      rawRequest(emulator, '/api/v2/customers', {
        host: `${site}.localhost:${port}`,
        authorization: basic('test_emulator_key:'),
      });
    expect((await ask('acme-test')).status).toBe(200);
    const other = await ask('other-test');
    expect(other.status).toBe(404);
    expect((JSON.parse(other.body) as ApiError).api_error_code).toBe('site_not_found');
  });
});
