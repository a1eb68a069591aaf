import type { FastifyPluginAsync } from 'fastify';
import { readBrowserScript } from '../browser-scripts.js';
import { documentedBehaviours, documentedNames, isDocumentedBehaviour } from './documented.js';
import { css } from './modal-css.js';

/**
 * Serves `/v2/chargebee.js` and its style sheet. The script reads `?documented=` (see `documentedBehaviours`) from its own URL; here
 * it is only validated.
 */
export const chargebeeJs: FastifyPluginAsync = async (app) => {
  const script = await readBrowserScript('chargebee');

  app.get('/v2/chargebee.js', async (request, reply) => {
    const { searchParams } = new URL(request.url, 'http://localhost');
    const unknown = [
      ...documentedNames(searchParams).filter(
        (name) => name !== 'all' && !isDocumentedBehaviour(name),
      ),
      // The script ignores bracketed parameters, so reject them.
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
