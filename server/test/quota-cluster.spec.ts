import { freePort } from '../../scripts/lib/ports.mjs';
import { describeWithRedisServers, PATIENCE_MS } from './support/redis-servers.js';
import { redisConfig, type TestRedis } from './support/redis.js';
import { eventually } from './support/site.js';

describeWithRedisServers('quota shared through a Redis Cluster', (servers) => {
  /** Three masters, of which the first holds all keys but two slots, and its replica. */
  async function startCluster(): Promise<{ master: TestRedis; url: string }> {
    const nodes = await Promise.all(
      [1, 2, 3, 4].map(async () =>
        servers().start([
          ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1500'],
          ...['--cluster-port', String(await freePort()), '--repl-diskless-sync-delay', '0'],
        ]),
      ),
    );
    const [master, second, third, replica] = nodes as [TestRedis, TestRedis, TestRedis, TestRedis];
    for (const [node, first, last] of [
      [second, 0, 0],
      [third, 1, 1],
      [master, 2, 16_383],
    ] as const) {
      await node.run((client) => client.call('CLUSTER', 'ADDSLOTSRANGE', first, last));
    }
    for (const node of [second, third, replica]) {
      const bus = await node.run(async (client) => {
        const [, port] = await client.config('GET', 'cluster-port');
        return String(port);
      });
      await master.run((client) =>
        client.call('CLUSTER', 'MEET', '127.0.0.1', String(node.port), bus),
      );
    }
    const id = await master.run((client) => client.call('CLUSTER', 'MYID'));
    await eventually(() =>
      replica.run((client) =>
        client.call('CLUSTER', 'REPLICATE', String(id)).then(
          () => true,
          () => false,
        ),
      ),
    );
    await eventually(async () => {
      const infos = await Promise.all(
        nodes.map((node) => node.run((client) => client.call('CLUSTER', 'INFO'))),
      );
      const synced = await replica.run((client) => client.info('replication'));
      return (
        infos.every((info) => /cluster_state:ok[^]*known_nodes:4/.test(String(info))) &&
        synced.includes('master_link_status:up')
      );
    });
    const hosts = [second, third].map(({ port }) => `127.0.0.1:${port}`).join(',');
    return { master, url: `redis+cluster://${hosts}` };
  }

  it(
    'is kept to when a master of a cluster is killed',
    async () => {
      const { master, url } = await startCluster();
      await servers().expectQuotaThrough(redisConfig(url), () => master.stop());
    },
    PATIENCE_MS,
  );
});
