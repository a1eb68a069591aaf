import type { Redis } from 'ioredis';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOperationsConfig } from '../src/config/config.js';
import type { RedisConfig } from '../src/config/redis.js';
import { createCertificate } from './support/certificate.js';
import { failureOf } from './support/gateway.js';
import { freePort } from '../../scripts/lib/ports.mjs';
import { describeWithRedisServers } from './support/redis-servers.js';
import { eventually } from './support/eventually.js';
import { SHORT_WINDOW } from './support/site.js';

describeWithRedisServers('Redis over TLS with a private authority', (servers) => {
  const NAME = 'redis.internal';
  let files: { ca: string; args: string[] };

  beforeEach(async () => {
    const { folder } = await servers().start([]);
    const { cert, key } = await createCertificate(NAME, {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: NAME }] }],
    });
    const ca = join(folder, 'ca.pem');
    const keyFile = join(folder, 'key.pem');
    await writeFile(ca, cert);
    await writeFile(keyFile, key);
    files = {
      ca,
      args: [
        '--tls-cert-file',
        ca,
        '--tls-key-file',
        keyFile,
        '--tls-ca-cert-file',
        ca,
        '--tls-auth-clients',
        'no',
        '--tls-replication',
        'yes',
      ],
    };
  });

  const configOf = (REDIS_URL: string, more: Record<string, string> = {}) =>
    loadOperationsConfig({
      CHARGEBEE_SITE: 'acme-test',
      CHARGEBEE_API_KEY: 'test_key',
      REDIS_URL,
      REDIS_CA_FILE: files.ca,
      REDIS_TLS_SERVERNAME: NAME,
      ...more,
    }).redis!;

  /** Resolves when an instance can make a call. */
  async function expectCalls(redis: RedisConfig) {
    const site = await servers().siteOn(redis);
    const [one] = await site.start(1, SHORT_WINDOW);
    await eventually(() =>
      site.create(one!).then(
        () => true,
        () => false,
      ),
    );
    expect(await site.stateOf(one!)).toBe('up');
  }

  /** Returns the log of an instance that cannot make a call. */
  async function reasonFor(redis: RedisConfig) {
    const site = await servers().siteOn(redis);
    const [one] = await site.start(1, SHORT_WINDOW);
    expect((await failureOf(site.create(one!))).code).toBe('RATE_LIMITED');
    return JSON.stringify(one!.logger.facts);
  }

  it('verifies the certificate of a single server by authority and name', async () => {
    const tlsPort = await freePort();
    await servers().start([...files.args, '--tls-port', String(tlsPort)]);
    const url = `rediss://127.0.0.1:${tlsPort}`;
    await expectCalls(configOf(url));
    expect(await reasonFor(configOf(url, { REDIS_CA_FILE: '' }))).toMatch(/certificate/);
    expect(await reasonFor(configOf(url, { REDIS_TLS_SERVERNAME: '' }))).toMatch(/altnames|IP/);
    expect(await reasonFor(configOf(url, { REDIS_TLS_SERVERNAME: 'other.internal' }))).toMatch(
      /altnames/,
    );
  });

  it('connects to Sentinels and their master', async () => {
    const tlsPort = await freePort();
    await servers().start([...files.args, '--tls-port', String(tlsPort)]);
    const sentinelPort = await freePort();
    await servers().startBare(async (port, folder) => {
      const file = join(folder, 'sentinel.conf');
      const lines = [
        `port ${port}`,
        'bind 127.0.0.1',
        `tls-port ${sentinelPort}`,
        `sentinel monitor mymaster 127.0.0.1 ${tlsPort} 1`,
      ];
      await writeFile(file, lines.join('\n'));
      return [file, '--sentinel', ...files.args];
    });
    const url = `rediss+sentinel://127.0.0.1:${sentinelPort}/mymaster`;
    await expectCalls(configOf(url));
  });

  it('connects to the nodes of a cluster', async () => {
    const tlsPort = await freePort();
    const node = await servers().start([
      ...files.args,
      '--tls-port',
      String(tlsPort),
      '--tls-cluster',
      'yes',
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      String(await freePort()),
    ]);
    await node.run(async (client: Redis) => {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
      await client.config('SET', 'cluster-announce-ip', '127.0.0.1');
    });
    await expectCalls(configOf(`rediss+cluster://127.0.0.1:${tlsPort}`));
  });
});
