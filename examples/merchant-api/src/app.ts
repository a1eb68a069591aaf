import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type Chargebee from 'chargebee';
import cors from 'cors';
import express, { type Request } from 'express';
import { createHandler } from 'graphql-sse/lib/use/express';
import type { Changes } from './account/changes.js';
import { customerIdsOf } from './account/queries.js';
import { createResolvers, type Context } from './account/resolvers.js';
import { webhookRoute } from './billing/webhooks.js';
import type { Config } from './config.js';
import type { Database } from './database/open.js';
import { formatError, hideInternal, sendError } from './errors.js';
import { createAuthenticate } from './identity.js';
import { embedPortal } from './portal.js';

const typeDefs = await readFile(new URL('account/schema.graphql', import.meta.url), 'utf8');

export interface App {
  readonly server: Server;
  /** Ends the event streams and waits for requests in flight. */
  close(): Promise<void>;
}

export async function createApp(
  config: Config,
  { db, changes, chargebee }: { db: Database; changes: Changes; chargebee: Chargebee },
): Promise<App> {
  const app = express().disable('x-powered-by');
  const server = createServer(app);
  const authenticate = createAuthenticate(config);
  const portal = config.embedPortal
    ? await embedPortal(config, authenticate, (user) => customerIdsOf(db, user.id))
    : undefined;

  const schema = makeExecutableSchema({
    typeDefs: [typeDefs, portal?.typeDefs ?? []],
    resolvers: [createResolvers(db, changes), portal?.resolvers ?? {}],
  });
  const apollo = new ApolloServer<Context>({
    schema,
    validationRules: portal?.validationRules ?? [],
    plugins: [ApolloServerPluginDrainHttpServer({ httpServer: server })],
    // main.ts handles signals. With Apollo's own handlers beside it, one of two calls of `stop()` never resolves.
    stopOnTerminationSignals: false,
    // Apollo's default sends stack traces unless NODE_ENV is production.
    includeStacktraceInErrorResponses: false,
    formatError,
  });
  await apollo.start();

  const contextOf = async (request: Request): Promise<Context> => ({
    ...portal?.contextOf(request),
    user: await authenticate(request),
  });
  const fromPages = cors({ origin: config.corsOrigins });
  const json = express.json({ limit: '1mb' });

  app.get('/healthz', (_, response) => void response.json({ status: 'ok' }));
  // As text, because the handler authenticates the sender before it parses the body.
  const text = express.text({ type: () => true, limit: '1mb' });
  app.post('/webhooks/chargebee', text, webhookRoute(chargebee, db, changes, config));
  app.use('/graphql/stream', fromPages, subscriptions(schema, contextOf));
  app.use(
    '/graphql',
    fromPages,
    json,
    expressMiddleware(apollo, { context: ({ req }) => contextOf(req) }),
  );
  app.use(sendError);

  return {
    server,
    async close() {
      changes.close(); // Otherwise the open event streams delay the stop by Apollo's grace period of ten seconds.
      await apollo.stop();
      await portal?.close();
    },
  };
}

/** Creates the handler of GraphQL subscriptions over server-sent events. */
function subscriptions(
  schema: ReturnType<typeof makeExecutableSchema>,
  contextOf: (request: Request) => Promise<Context>,
) {
  return createHandler({
    schema,
    context: async ({ raw }) => ({ ...(await contextOf(raw)) }),
    // No reserved streams: each would wait in memory for a client that may never come.
    authenticate: () => null,
    onNext: (_context, _request, { errors, ...result }) =>
      errors ? { ...result, errors: errors.map(hideInternal) } : undefined,
  });
}
