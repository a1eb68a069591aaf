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
      allowRemote: false,
      allowedHosts: [],
    });
  });

  it('reads every variable', () => {
    expect(
      readConfig({
        HOST: '0.0.0.0',
        PORT: '0',
        EMULATOR_SITE: 'other-test',
        EMULATOR_API_KEY: 'key',
        EMULATOR_DATA: 'data.json',
        EMULATOR_SEED: 'seed.json',
        EMULATOR_DEMO_ORIGINS: 'http://localhost:5000',
        EMULATOR_ALLOWED_ORIGINS: 'https://app.example, https://other.example:8443',
        EMULATOR_ALLOW_REMOTE: 'true',
        EMULATOR_ALLOWED_HOSTS: 'Emulator, other',
        EMULATOR_REQUESTS_PER_MINUTE: '150',
        EMULATOR_MAX_CONCURRENCY: '0',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      site: 'other-test',
      apiKey: 'key',
      dataFile: 'data.json',
      seedFile: 'seed.json',
      demoOrigins: ['http://localhost:5000'],
      allowedOrigins: ['https://app.example', 'https://other.example:8443'],
      allowRemote: true,
      allowedHosts: ['emulator', 'other'],
      requestsPerMinute: 150,
      maxConcurrency: 0,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', EMULATOR_DATA: '' })).toEqual(readConfig({}));
  });

  it('lets callbacks fire where the demo runs, when nothing else is said', () => {
    expect(readConfig({ EMULATOR_DEMO_ORIGINS: 'http://localhost:5000' }).allowedOrigins).toEqual([
      'http://localhost:5000',
    ]);
  });

  it('reports every fault, one a line', () => {
    const env = { PORT: '65536', EMULATOR_SITE: 'My Site', EMULATOR_ALLOW_REMOTE: 'yes' };
    expect(() => readConfig(env)).toThrowMatching(({ message }: Error) => {
      const names = message.split('\n').map((line) => line.split(':')[0]);
      return names.join() === 'PORT,EMULATOR_SITE,EMULATOR_ALLOW_REMOTE';
    });
  });

  for (const origin of ['localhost:4200', 'http://localhost:4200/', 'http://localhost/path', '*']) {
    it(`does not take ${origin} for an origin`, () => {
      expect(() => readConfig({ EMULATOR_DEMO_ORIGINS: origin })).toThrowError(/is not an origin/);
    });
  }
});
