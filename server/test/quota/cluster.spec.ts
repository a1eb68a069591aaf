import { freePort } from '../../../scripts/lib/ports.mjs';
import { describeWithRedisServers, SLOW_SPEC_TIMEOUT_MS } from '../support/redis-servers.js';
import { redisConfig, type TestRedis } from '../support/redis.js';
import { createDocumentedUser } from '../support/redis-user.js';
import { eventually } from '../support/eventually.js';
import { SHORT_WINDOW } from '../support/site.js';

const NO_RECORD =
  'warn Redis has no complete record of the last minute: no calls are made until a minute has certainly passed';

describeWithRedisServers('quota shared through a Redis Cluster', (servers) => {
  /** Three masters, of which the first holds all keys but two slots, and its replica. */
  async function startCluster(): Promise<{ nodes: TestRedis[]; master: TestRedis; url: string }> {
    const nodes = await Promise.all(
      [1, 2, 3, 4].map(async () =>
        servers().start([
          '--cluster-enabled',
          'yes',
          '--cluster-node-timeout',
          '1500',
          '--cluster-port',
          String(await freePort()),
          '--repl-diskless-sync-delay',
          '0',
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
    return { nodes, master, url: `redis+cluster://${hosts}` };
  }

  it(
    'is not exceeded when a master of a cluster is killed',
    async () => {
      const { master, url } = await startCluster();
      await servers().expectQuotaThroughFault(redisConfig(url), () => master.stop());
    },
    SLOW_SPEC_TIMEOUT_MS,
  );

  it(
    'needs no more rights than the documentation lists, also while its keys are moved to another node',
    async () => {
      const { nodes, master, url } = await startCluster();
      const [, target] = nodes as [TestRedis, TestRedis];
      const [password] = await Promise.all(
        nodes.map((node) => createDocumentedUser(node, { cluster: true })),
      );
      const site = await servers().siteOn(redisConfig(url.replace('//', `//portal:${password}@`)));
      const [one] = await site.start(1, { ...SHORT_WINDOW, requestsPerMinute: 100 });
      const untilUsed = () =>
        eventually(async () => {
          const { remaining } = await one!.limits.status();
          return remaining > 0;
        });
      await untilUsed();
      await one!.limits.user.take('juniper');

      const idOf = (node: TestRedis) => node.run((client) => client.call('CLUSTER', 'MYID'));
      const [from, to] = [String(await idOf(master)), String(await idOf(target))];
      const slot = await master.run((client) => client.call('CLUSTER', 'KEYSLOT', site.key));
      const setSlot = (node: TestRedis, state: string, id: string) =>
        node.run((client) => client.call('CLUSTER', 'SETSLOT', Number(slot), state, id));
      await setSlot(target, 'IMPORTING', from);
      await setSlot(master, 'MIGRATING', to);
      await master.run((client) =>
        client.call('MIGRATE', '127.0.0.1', target.port, site.key, 0, 5000),
      );
      await untilUsed();
      await expectAsync(site.create(one!)).toBeResolved();
      expect(one!.logger.messages.filter((message) => message !== NO_RECORD)).toEqual([]);
    },
    SLOW_SPEC_TIMEOUT_MS,
  );

  it(
    'says why no node of the cluster can be used',
    async () => {
      const { url } = await startCluster();
      const site = await servers().siteOn(redisConfig(url.replace('//', '//portal:wrong@')));
      const [one] = await site.start(1, SHORT_WINDOW);
      expect(JSON.stringify(one!.logger.facts)).toContain('WRONGPASS');
    },
    SLOW_SPEC_TIMEOUT_MS,
  );
});
