import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithRedisServers, SLOW_SPEC_TIMEOUT_MS } from '../support/redis-servers.js';
import { redisConfig, type TestRedis } from '../support/redis.js';
import { eventually } from '../support/eventually.js';

describeWithRedisServers('quota shared through Sentinels', (servers) => {
  /** A master with two replicas, and three Sentinels that watch it. */
  async function startSentinels(): Promise<{ master: TestRedis; url: string }> {
    const safe = [
      '--min-replicas-to-write',
      '1',
      '--min-replicas-max-lag',
      '2',
      '--repl-diskless-sync-delay',
      '0',
    ];
    const master = await servers().start(safe);
    const following = [...safe, '--replicaof', '127.0.0.1', String(master.port)];
    await servers().start(following);
    await servers().start(following);
    // Sentinels search for replicas when they start, and then every ten seconds.
    await eventually(() =>
      master.run(async (client) =>
        (await client.info('replication')).includes('connected_slaves:2'),
      ),
    );
    const sentinels = await Promise.all(
      [1, 2, 3].map(() =>
        servers().startBare(async (port, folder) => {
          const file = join(folder, 'sentinel.conf');
          await writeFile(
            file,
            [
              `port ${port}`,
              'bind 127.0.0.1',
              `dir ${folder}`,
              `sentinel monitor mymaster 127.0.0.1 ${master.port} 2`,
              'sentinel down-after-milliseconds mymaster 1000',
              'sentinel failover-timeout mymaster 3000',
            ].join('\n'),
          );
          return [file, '--sentinel'];
        }),
      ),
    );
    // They find each other through the master, every two seconds unless this command exists.
    for (const sentinel of sentinels) {
      await sentinel.run((client) =>
        client.call('SENTINEL', 'DEBUG', 'PUBLISH-PERIOD', '200').catch(() => undefined),
      );
    }
    await eventually(() =>
      sentinels[0]!.run(async (client) => {
        const info = await client.info('sentinel');
        return info.includes('slaves=2,sentinels=3');
      }),
    );
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return { master, url: `redis+sentinel://${hosts}/mymaster` };
  }

  for (const [what, fail] of [
    ['is killed', (master: TestRedis) => master.stop()],
    [
      'is suspended, and later continues as if it had not been',
      async (master: TestRedis) => {
        master.suspend();
        await new Promise((resolve) => setTimeout(resolve, 4000));
        master.resume();
      },
    ],
  ] as const) {
    it(
      `is not exceeded when the master of Sentinels ${what}`,
      async () => {
        const { master, url } = await startSentinels();
        await servers().expectQuotaThroughFault(redisConfig(url), () => fail(master));
      },
      SLOW_SPEC_TIMEOUT_MS,
    );
  }
});
