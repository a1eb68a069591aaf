import { readFile } from 'node:fs/promises';
import type { TestRedis } from './redis.js';

const GUIDE = new URL('../../../docs/server/scaling.md', import.meta.url);

/** The guide's row with the additional rights for a Redis Cluster. */
const CLUSTER_ROW = /^\| a Redis Cluster +\| `(\+.*)` +\|$/m;

/** Creates the user `portal` with exactly the rights in docs/server/scaling.md. Resolves to the user's password. */
export async function createDocumentedUser(
  redis: TestRedis,
  options: { cluster?: boolean } = {},
): Promise<string> {
  const guide = await readFile(GUIDE, 'utf8');
  const [, rights = ''] = /^ACL SETUSER portal on >password (.+)$/m.exec(guide) ?? [];
  const [, more = ''] = (options.cluster ? CLUSTER_ROW.exec(guide) : undefined) ?? [];
  const rules = `${rights} ${more.replaceAll('\\|', '|')}`.trim().split(' ');
  await redis.run((client) =>
    client.acl('SETUSER', 'portal', 'reset', 'on', '>password', ...rules),
  );
  return 'password';
}
