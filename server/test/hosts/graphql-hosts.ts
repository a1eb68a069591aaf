import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expressMiddleware } from '@as-integrations/express5';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
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
import type { HostApi } from './host-api.js';

/** Creates the portal's context of a request of any framework. */
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
    });
    const { url } = await startStandaloneServer(server, {
      context: ({ req }) => Promise.resolve(contextOf(req)),
      listen: { host: '127.0.0.1', port: 0 },
    });
    return { url, stop: () => server.stop() };
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
    const subgraph = await startStandaloneServer(server, {
      context: ({ req }) => Promise.resolve(contextOf(req)),
      listen: { host: '127.0.0.1', port: 0 },
    });
    const gateway = startGateway(subgraph.url, await sdlOf(subgraph.url));
    // oxlint-disable-next-line typescript/no-misused-promises -- a listener, as Yoga documents it
    const { url, stop } = await listen(createServer(gateway), '/graphql');
    return { url, stop: () => Promise.all([stop(), server.stop()]) };
  },
};

/** Fetches the SDL of a subgraph, as a router does. */
async function sdlOf(url: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  return data._service.sdl;
}

/** Creates a gateway for this subgraph and another one. It forwards the caller's cookie. */
function startGateway(url: string, sdl: string) {
  const { supergraphSdl, errors } = composeServices([
    { name: 'host', typeDefs: parse(sdl), url },
    { name: 'other', typeDefs: parse('type Query { other: String }'), url: 'http://127.0.0.1:1' },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    httpExecutorOpts: {
      headers: (request) => {
        const context = request?.context as { request: Request } | undefined;
        return { cookie: context?.request.headers.get('cookie') ?? '' };
      },
    },
  });
  return createYoga({ schema, logging: false, maskedErrors: false });
}

/** Listens on a free port of loopback. */
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
