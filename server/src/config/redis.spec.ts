import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOperationsConfig } from './config.js';
import { ConfigurationError, type Environment } from './environment.js';
import type { RedisConfig } from './redis.js';

const MINIMAL = { CHARGEBEE_SITE: 'acme-test', CHARGEBEE_API_KEY: 'test_key' };

function load(env: Environment) {
  return loadOperationsConfig({ ...MINIMAL, ...env });
}

/** The variables that are at fault. */
function faultsOf(env: Environment): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).faults.map((fault) => fault.split(' ')[0] ?? '');
  }
}

describe('REDIS_URL', () => {
  const urls: Record<string, Partial<RedisConfig>> = {
    'redis://redis': { kind: 'single', hosts: [{ host: 'redis', port: 6379 }], database: 0 },
    'redis://:p%40ss@redis:6380/': {
      kind: 'single',
      hosts: [{ host: 'redis', port: 6380 }],
      username: undefined,
      password: 'p@ss',
    },
    'rediss://ada:secret@[::1]:6380/15': {
      kind: 'single',
      hosts: [{ host: '::1', port: 6380 }],
      database: 15,
      username: 'ada',
      password: 'secret',
      tls: {},
    },
    'redis://:a:b@redis': { password: 'a:b' },
    'redis+sentinel://h1:26379,h2:26380,h3/mymaster': {
      kind: 'sentinel',
      hosts: [
        { host: 'h1', port: 26379 },
        { host: 'h2', port: 26380 },
        { host: 'h3', port: 26379 },
      ],
      master: 'mymaster',
      database: 0,
      tls: undefined,
    },
    'rediss+sentinel://:secret@h1/mymaster/2?sentinel_username=s&sentinel_password=p%26q': {
      kind: 'sentinel',
      master: 'mymaster',
      database: 2,
      password: 'secret',
      sentinelUsername: 's',
      sentinelPassword: 'p&q',
      tls: {},
    },
    'redis+sentinel://h1/mymaster?sentinel_password=a+b/c==&sentinel_username=': {
      kind: 'sentinel',
      master: 'mymaster',
      sentinelUsername: undefined,
      sentinelPassword: 'a+b/c==',
    },
    'redis+cluster://h1:6379,h2:6380': {
      kind: 'cluster',
      hosts: [
        { host: 'h1', port: 6379 },
        { host: 'h2', port: 6380 },
      ],
      tls: undefined,
    },
    'rediss+cluster://ada:secret@h1': { kind: 'cluster', username: 'ada', tls: {} },
  };
  for (const [url, expected] of Object.entries(urls)) {
    it(`accepts ${url}`, () => {
      expect(load({ REDIS_URL: url }).redis).toEqual(jasmine.objectContaining(expected));
    });
  }

  for (const url of [
    'redis://:p@ss@localhost',
    'redis://ada:p#ss@localhost',
    'redis://ada:p/ss@localhost',
    'redis://ada:1/2@localhost',
    'redis+sentinel://ada:p?ss@h1/mymaster',
  ]) {
    it(`says that the password in ${url} has to be percent-encoded`, () => {
      expect(() => load({ REDIS_URL: url })).toThrowError(/whose special characters are not perc/);
    });
  }

  for (const url of [
    'localhost:6379',
    'http://localhost:6379',
    'redis',
    'redis:foo',
    'redis:///1',
    'redis://localhost/abc',
    'redis://localhost:99999',
    'rediss://localhost:6380/1/2',
    'redis://one:6379,two:6379',
    'redis://%zz@localhost',
    'redis://localhost?sentinel_password=secret',
    'redis+sentinel://h1/mymaster?sentinel_password=100%',
    'redis://localhost:0',
    'redis+sentinel://h1:26379',
    'redis+sentinel://h1:26379/',
    'redis+sentinel://h1:26379/my master',
    'redis+sentinel://h1,,h2/mymaster',
    'redis+sentinel://h1/mymaster?password=secret',
    'redis+cluster://h1:6379/1',
    'redis+cluster://',
    'redis+something://h1',
  ]) {
    it(`refuses ${url}, without quoting it`, () => {
      expect(faultsOf({ REDIS_URL: url })).toEqual(['REDIS_URL']);
      expect(() => load({ REDIS_URL: url })).toThrowMatching(
        ({ message }: Error) => !/secret|localhost|my master|something/.test(message),
      );
    });
  }
});

describe('the variables of TLS to Redis', () => {
  const TLS_URL = 'rediss://redis';
  let folder: string;
  let ca: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-redis-'));
    ca = join(folder, 'ca.pem');
    await writeFile(ca, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('set the certificate authorities and the expected name', () => {
    const env = { REDIS_URL: TLS_URL, REDIS_CA_FILE: ca, REDIS_TLS_SERVERNAME: 'redis.internal' };
    expect(load(env).redis?.tls).toEqual({
      ca: jasmine.stringContaining('BEGIN CERTIFICATE') as unknown as string,
      servername: 'redis.internal',
    });
    // So that another authority needs no restart.
    expect(load(env).secretFiles).toEqual([ca]);
  });

  it('are refused without TLS, and when they are invalid', async () => {
    const plain = { REDIS_URL: 'redis://redis' };
    expect(faultsOf({ ...plain, REDIS_CA_FILE: ca })).toEqual(['REDIS_CA_FILE']);
    expect(faultsOf({ ...plain, REDIS_TLS_SERVERNAME: 'redis' })).toEqual(['REDIS_TLS_SERVERNAME']);
    const tls = { REDIS_URL: TLS_URL };
    expect(faultsOf({ ...tls, REDIS_CA_FILE: join(folder, 'none') })).toEqual(['REDIS_CA_FILE']);
    await writeFile(ca, 'no certificate');
    expect(faultsOf({ ...tls, REDIS_CA_FILE: ca })).toEqual(['REDIS_CA_FILE']);
    expect(faultsOf({ ...tls, REDIS_TLS_SERVERNAME: 'a b' })).toEqual(['REDIS_TLS_SERVERNAME']);
  });
});

describe('INSTANCES', () => {
  it('must leave each instance at least one call and one concurrency slot', () => {
    const share = { CHARGEBEE_REQUESTS_PER_MINUTE: '10', CHARGEBEE_MAX_CONCURRENCY: '40' };
    expect(faultsOf({ ...share, INSTANCES: '10' })).toEqual([]);
    expect(faultsOf({ ...share, INSTANCES: '11' })).toEqual(['INSTANCES']);
    expect(faultsOf({ ...share, REDIS_URL: 'redis://redis', INSTANCES: '5' })).toEqual([]);
    expect(faultsOf({ ...share, REDIS_URL: 'redis://redis', INSTANCES: '6' })).toEqual([
      'INSTANCES',
    ]);
  });
});
