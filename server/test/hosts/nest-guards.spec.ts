import { createPortalContext, type RequestLike } from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from '../support/chargebee.js';
import { CREATE } from '../support/portal.js';
import { NEST_QUERY, startNest } from './nest-host.js';

describe('a global guard of Nest', () => {
  it('does not run for the portal, of which docs/server/embedding.md warns', async () => {
    const chargebee = await Chargebee.start();
    const portalContext = createPortalContext({
      env: chargebee.env,
      logger: createLogger('silent'),
      authenticate: (_request: RequestLike) => ({ id: 'user-1' }),
      resolveCustomerIds: () => ['acme'],
    });
    const guarded: string[] = [];
    const host = await startNest(portalContext, {
      canActivate(context) {
        guarded.push(context.getHandler().name);
        return true;
      },
    });
    const ask = async (query: string) => {
      const answer = await fetch(host.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return (await answer.json()) as { errors?: unknown };
    };
    expect((await ask(NEST_QUERY)).errors).toBeUndefined();
    expect((await ask(CREATE)).errors).toBeUndefined();
    expect(guarded).toEqual(['viewer']);
    expect(chargebee.sessions.size).toBe(1);
    await host.stop();
    await portalContext.close();
    await chargebee.stop();
  });
});
