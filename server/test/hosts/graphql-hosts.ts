import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expressMiddleware } from '@as-integrations/express5';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express, { type Request as ExpressRequest } from 'express';
import fastify from 'fastify';
import { parse, type ValidationRule } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  addPortalToSchema,
  portalResolvers,
  portalSubgraphModule,
  portalTypeDefs,
  portalValidationRules,
  type PortalContext,
  type RequestLike,
} from '../../src/index.js';
import { createGateway } from './federation-gateway.js';
import type { HostApi } from './host-api.js';

/** Creates the portal's context for a request, whichever framework it comes from. */
export type ContextOf = (request: RequestLike) => PortalContext;

/** A running host. */
export interface Host {
  url: string;
  stop: () => Promise<unknown>;
}

const merged = ({ typeDefs, resolvers }: HostApi) => ({
  typeDefs: [typeDefs, portalTypeDefs],
  resolvers: [resolvers, portalResolvers],
});

/** Functions that start a host of each kind, with its own API and the portal merged into it. */
export const graphqlHosts: Record<string, (api: HostApi, contextOf: ContextOf) => Promise<Host>> = {
  async 'Apollo Server, standalone'(api, contextOf) {
    const server = new ApolloServer<PortalContext>({
      ...merged(api),
      validationRules: portalValidationRules,
      allowBatchedHttpRequests: true,
    });
    return startStandalone(server, contextOf);
  },

  async 'Apollo Server in Express 5'(api, contextOf) {
    const server = new ApolloServer<PortalContext>({
      ...merged(api),
      validationRules: portalValidationRules,
    });
    await server.start();
    const app = express();
    const context = ({ req }: { req: ExpressRequest }) => Promise.resolve(contextOf(req));
    app.use('/graphql', express.json(), expressMiddleware(server, { context }));
    return listen(createServer(app), '/graphql', () => server.stop());
  },

  async 'Apollo Server in Fastify'(api, contextOf) {
    const app = fastify();
    const server = new ApolloServer<PortalContext>({
      ...merged(api),
      validationRules: portalValidationRules,
      plugins: [fastifyApolloDrainPlugin(app)],
    });
    await server.start();
    await app.register(fastifyApollo(server), {
      context: (request) => Promise.resolve(contextOf(request)),
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url: `${url}/graphql`, stop: () => app.close() };
  },

  'GraphQL Yoga'(api, contextOf) {
    const yoga = createYoga({
      schema: createSchema<PortalContext>(merged(api)),
      context: ({ request }) => contextOf(request),
      plugins: [
        {
          onValidate({ addValidationRule }: { addValidationRule: (rule: ValidationRule) => void }) {
            portalValidationRules.forEach(addValidationRule);
          },
        },
      ],
      batching: true,
      logging: false,
    });
    // oxlint-disable-next-line typescript/no-misused-promises -- a listener, as Yoga documents it
    return listen(createServer(yoga), '/graphql');
  },

  async Mercurius(api, contextOf) {
    const app = fastify();
    await app.register(mercurius, {
      schema: addPortalToSchema(makeExecutableSchema(api)),
      context: (request) => contextOf(request),
      allowBatchedQueries: true,
      validationRules: portalValidationRules,
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url: `${url}/graphql`, stop: () => app.close() };
  },

  async 'a federation subgraph behind a gateway'({ typeDefs, resolvers }, contextOf) {
    const hostModule = { typeDefs: parse(typeDefs), resolvers: resolvers as never };
    const server = new ApolloServer<PortalContext>({
      schema: buildSubgraphSchema([hostModule, portalSubgraphModule]),
      validationRules: portalValidationRules,
    });
    const subgraph = await startStandalone(server, contextOf);
    const gateway = await createGateway(subgraph.url);
    // oxlint-disable-next-line typescript/no-misused-promises -- a listener, as Yoga documents it
    const { url, stop } = await listen(createServer(gateway), '/graphql');
    return { url, stop: () => Promise.all([stop(), subgraph.stop()]) };
  },
};

async function startStandalone(
  server: ApolloServer<PortalContext>,
  contextOf: ContextOf,
): Promise<Host> {
  const { url } = await startStandaloneServer(server, {
    context: ({ req }) => Promise.resolve(contextOf(req)),
    listen: { host: '127.0.0.1', port: 0 },
  });
  return { url, stop: () => server.stop() };
}

/** Starts a server on a free port of the loopback address. `stop` is called before the server closes. */
export async function listen(
  server: Server,
  path: string,
  stop: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Host> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    stop: async () => {
      await stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
