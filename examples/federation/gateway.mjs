// A gateway over subgraphs. It forwards the caller's bearer token, with which the portal's subgraph identifies the user.
import { composeServices } from '@apollo/composition';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { createServer } from 'node:http';

/** Longer than the portal's deadline of 9 seconds. */
const TIMEOUT_MS = 10_000;

/**
 * Logs of an error only its name and code: its message and details may contain the answer of a subgraph, with the token of a
 * session.
 */
const logging = {
  debug: () => undefined,
  info: () => undefined,
  warn: (...line) => console.warn(...line),
  error: (error) => {
    console.error(`gateway: ${error?.name} ${error?.extensions?.code ?? error?.code ?? ''}`.trim());
  },
};

/** Fetches the schema of a subgraph, with the query that routers use. */
async function fetchSdl(url) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { data } = await response.json();
  return parse(data._service.sdl);
}

/**
 * Starts the gateway.
 *
 * @param {Record<string, string>} subgraphs the URLs of the subgraphs, by their names
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startGateway(subgraphs, port = 0) {
  const services = await Promise.all(
    Object.entries(subgraphs).map(async ([name, url]) => ({
      name,
      url,
      typeDefs: await fetchSdl(url),
    })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new AggregateError(errors, 'The subgraphs cannot be composed.');

  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    httpExecutorOpts: {
      timeout: TIMEOUT_MS,
      headers: (operation) => {
        const authorization = operation?.context?.request?.headers.get('authorization');
        return authorization ? { authorization } : {};
      },
    },
  });
  const yoga = createYoga({
    schema,
    logging,
    plugins: [{ onResponse: ({ response }) => response.headers.set('cache-control', 'no-store') }],
  });
  const server = createServer(yoga);
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}/graphql`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
