import type { FastifyPluginAsync } from 'fastify';
import { readBrowserScript } from '../browser-scripts.js';
import { css } from './modal-css.js';
import { documentedBehaviours, documentedNames, isDocumentedBehaviour } from './documented.js';

/**
 * `/v2/chargebee.js` and the style sheet of its modal. `?documented=` names the behaviours to switch, comma-separated, or `all`: the script reads
 * them from its own URL; here they are only checked.
 */
export const chargebeeJs: FastifyPluginAsync = async (app) => {
  const script = await readBrowserScript('chargebee');

  app.get('/v2/chargebee.js', async (request, reply) => {
    const { searchParams } = new URL(request.url, 'http://localhost');
    const unknown = [
      ...documentedNames(searchParams).filter(
        (name) => name !== 'all' && !isDocumentedBehaviour(name),
      ),
      // The script does not read these.
      ...[...searchParams.keys()].filter((name) => name.startsWith('documented[')),
    ];
    if (unknown.length) {
      return reply
        .code(400)
        .type('text/plain')
        .send(
          `chargebee.js has no documented behaviour named ${unknown.join(', ')}. There are: all, ${Object.keys(documentedBehaviours).join(', ')}.\n`,
        );
    }
    return reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(script);
  });

  app.get('/v2/chargebee.css', async (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(css),
  );
};
