import { readConfig } from './config.js';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4010,
      site: 'acme-test',
      apiKey: 'test_emulator_key',
      demoOrigins: ['http://localhost:4200', 'http://127.0.0.1:4200'],
      allowedOrigins: ['http://localhost:4200', 'http://127.0.0.1:4200'],
      strict: false,
      allowRemote: false,
      allowedHosts: [],
      webhooks: [],
      // Those of Chargebee: 2, 6 and 30 minutes, 1 and 5 hours, 1 and 2 days.
      webhookRetryDelays: [120, 360, 1800, 3600, 18_000, 86_400, 172_800],
      webhookTimeout: 20_000,
    });
  });

  it('reads every variable', () => {
    expect(
      readConfig({
        HOST: '0.0.0.0',
        PORT: '0',
        EMULATOR_PUBLIC_URL: 'https://billing.example/',
        EMULATOR_SITE: 'other-test',
        EMULATOR_API_KEY: 'key',
        EMULATOR_DATA: 'data.json',
        EMULATOR_SEED: 'seed.json',
        EMULATOR_DEMO_ORIGINS: 'http://localhost:5000',
        EMULATOR_ALLOWED_ORIGINS: 'https://app.example, https://other.example:8443',
        EMULATOR_STRICT: 'true',
        EMULATOR_ALLOW_REMOTE: 'true',
        EMULATOR_ALLOWED_HOSTS: 'Emulator, other',
        EMULATOR_REQUESTS_PER_MINUTE: '150',
        EMULATOR_MAX_CONCURRENCY: '0',
        EMULATOR_WEBHOOK_URLS: 'http://ada:s%40cret@localhost:4020/hooks, https://other.example/',
        EMULATOR_WEBHOOK_RETRY_DELAYS: '1, 2',
        EMULATOR_WEBHOOK_TIMEOUT_MS: '500',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      publicUrl: 'https://billing.example',
      site: 'other-test',
      apiKey: 'key',
      dataFile: 'data.json',
      seedFile: 'seed.json',
      demoOrigins: ['http://localhost:5000'],
      allowedOrigins: ['https://app.example', 'https://other.example:8443'],
      strict: true,
      allowRemote: true,
      allowedHosts: ['emulator', 'other'],
      requestsPerMinute: 150,
      maxConcurrency: 0,
      webhooks: [
        { url: 'http://localhost:4020/hooks', username: 'ada', password: 's@cret' },
        { url: 'https://other.example/' },
      ],
      webhookRetryDelays: [1, 2],
      webhookTimeout: 500,
    });
  });

  it('treats an empty variable as not set', () => {
    expect(readConfig({ PORT: '', EMULATOR_DATA: '' })).toEqual(readConfig({}));
  });

  it('uses the demo origins as the default of the allowed origins', () => {
    expect(readConfig({ EMULATOR_DEMO_ORIGINS: 'http://localhost:5000' }).allowedOrigins).toEqual([
      'http://localhost:5000',
    ]);
  });

  it('reports every invalid variable on a line of its own', () => {
    const env = { PORT: '65536', EMULATOR_SITE: 'My Site', EMULATOR_ALLOW_REMOTE: 'yes' };
    expect(() => readConfig(env)).toThrowMatching(({ message }: Error) => {
      const names = message.split('\n').map((line) => line.split(':')[0]);
      return names.join() === 'PORT,EMULATOR_SITE,EMULATOR_ALLOW_REMOTE';
    });
  });

  it('says how a percent sign is written in the password of a webhook, without repeating it', () => {
    expect(() =>
      readConfig({ EMULATOR_WEBHOOK_URLS: 'http://ada:50%secret@localhost/' }),
    ).toThrowError(
      'EMULATOR_WEBHOOK_URLS: Write a % in the user name or password of a webhook’s URL as %25.',
    );
  });

  it('accepts none as webhook retry delays', () => {
    expect(readConfig({ EMULATOR_WEBHOOK_RETRY_DELAYS: 'none' }).webhookRetryDelays).toEqual([]);
  });

  for (const url of ['ftp://ada:s3cret@localhost/', 'ada:s3cret@localhost', 'http://ada:s3cret@']) {
    it(`rejects the webhook ${url} without its password in the error`, () => {
      expect(() => readConfig({ EMULATOR_WEBHOOK_URLS: url })).toThrowMatching(
        ({ message }: Error) =>
          message.startsWith('EMULATOR_WEBHOOK_URLS: A webhook needs') &&
          !message.includes('s3cret'),
      );
    });
  }

  for (const delays of ['soon', '1.5', '-1', '1,x']) {
    it(`rejects the retry delays ${delays}`, () => {
      expect(() => readConfig({ EMULATOR_WEBHOOK_RETRY_DELAYS: delays })).toThrowError(
        /^EMULATOR_WEBHOOK_RETRY_DELAYS/,
      );
    });
  }

  for (const name of ['http://emulator', 'emulator:4010', 'a b', '*']) {
    it(`rejects ${name} as an allowed host, which no request could have`, () => {
      expect(() => readConfig({ EMULATOR_ALLOWED_HOSTS: `emulator,[::1],${name}` })).toThrowError(
        'EMULATOR_ALLOWED_HOSTS: must be host names, without a scheme or a port',
      );
    });
  }

  for (const origin of ['localhost:4200', 'http://localhost:4200/', 'http://localhost/path', '*']) {
    it(`rejects ${origin} as an origin`, () => {
      expect(() => readConfig({ EMULATOR_DEMO_ORIGINS: origin })).toThrowError(/is not an origin/);
    });
  }
});
