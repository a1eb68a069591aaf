import { describeWithRedisServers, SLOW_SPEC_TIMEOUT_MS } from '../support/redis-servers.js';
import { redisConfig, startProxy } from '../support/redis.js';
import { eventually } from '../support/eventually.js';

/** Rewrites errors of commands in scripts to the format of Redis before version 7. */
const asRedis6 = (answer: string): string =>
  answer.replace(
    /^-(READONLY [^.]+\.)[^\r]*/gm,
    '-ERR Error running script (call to f_0f1e2d3c): @user_script:17: @user_script: 17: -$1 ',
  );

describeWithRedisServers(
  'quota shared through an endpoint that moves to another Redis',
  (servers) => {
    /** Makes the master a replica of the other server. Its connections stay open. */
    async function failOver(rewrite?: (answer: string) => string): Promise<void> {
      const master = await servers().start(['--repl-diskless-sync-delay', '0']);
      const replica = await servers().start(['--replicaof', '127.0.0.1', String(master.port)]);
      await eventually(() =>
        replica.run(async (client) =>
          (await client.info('replication')).includes('master_link_status:up'),
        ),
      );
      const endpoint = await startProxy(master.url, rewrite);
      await servers().expectQuotaThroughFault(redisConfig(endpoint.url), async () => {
        await replica.run((client) => client.replicaof('NO', 'ONE'));
        await master.run((client) => client.replicaof('127.0.0.1', replica.port));
        endpoint.redirectTo(replica.url);
      });
      await endpoint.close();
    }

    it(
      'is not exceeded, and calls continue, when the master has become a replica',
      () => failOver(),
      SLOW_SPEC_TIMEOUT_MS,
    );

    it(
      'is not exceeded, and calls continue, also with a Redis before version 7',
      () => failOver(asRedis6),
      SLOW_SPEC_TIMEOUT_MS,
    );
  },
);
