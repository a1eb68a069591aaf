import { createPortalContext, createPortalServer } from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';

describe('several servers in one process, without Redis', () => {
  const warningsOf = (lines: string[]) =>
    lines.filter((line) => line.includes('do not know of each other’s calls')).length;

  /** Creates servers of both kinds, closes them, and returns the number of warnings. */
  async function create(env: Record<string, string>): Promise<number> {
    const lines: string[] = [];
    const options = {
      env: { CHARGEBEE_SITE: 'of-this-spec-alone', CHARGEBEE_API_KEY: 'test_key', ...env },
      logger: createLogger('warn', { write: (line: string) => void lines.push(line) }),
      authenticate: () => ({ id: 'user-1' }),
      resolveCustomerIds: () => ['acme'],
    };
    const server = await createPortalServer(options);
    const context = createPortalContext(options);
    await Promise.all([server.close(), server.close(), context.close(), context.close()]);
    return warningsOf(lines);
  }

  it('are warned of, unless INSTANCES declares them', async () => {
    expect(await create({})).toBe(1);
    expect(await create({ INSTANCES: '2' })).toBe(0);
    // Closed servers do not count.
    expect(await create({})).toBe(1);
  });
});
