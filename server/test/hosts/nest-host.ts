import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { ApolloDriver, ApolloFederationDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type CanActivate } from '@nestjs/common';
import { APP_GUARD, NestFactory, type ModulesContainer } from '@nestjs/core';
import {
  Directive,
  Field,
  GraphQLModule,
  GraphQLISODateTime,
  ID,
  ObjectType,
  Query,
  Resolver,
  type GraphQLFederationFactory,
} from '@nestjs/graphql';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { addPortalToSchema, portalSubgraphModule, portalValidationRules } from '../../src/index.js';
import type { ContextOf, Host } from './graphql-hosts.js';

/** The host's own `Viewer`. Decorators are called as functions, because the server's tsconfig does not enable legacy ones. */
class Viewer {
  name = 'the host’s own';
  since = new Date(86_400_000);
}
ObjectType('Viewer')(Viewer);
Field(() => String)(Viewer.prototype, 'name');
Field(() => GraphQLISODateTime)(Viewer.prototype, 'since');

class ViewerResolver {
  viewer(): Viewer {
    return new Viewer();
  }
}
Resolver(() => Viewer)(ViewerResolver);
const viewer = Object.getOwnPropertyDescriptor(ViewerResolver.prototype, 'viewer');
Query(() => Viewer)(ViewerResolver.prototype, 'viewer', viewer ?? {});

/** A query for the host's own fields: its `viewer`, with a date of Nest's own `DateTime` scalar. */
export const NEST_QUERY = '{ viewer { __typename name since } }';
export const NEST_DATA = {
  viewer: { __typename: 'Viewer', name: 'the host’s own', since: '1970-01-02T00:00:00.000Z' },
};

/** An entity of the host, which only the subgraph has. */
class Owner {
  id = '';
}
ObjectType('Owner')(Owner);
Directive('@key(fields: "id")')(Owner);
Field(() => ID)(Owner.prototype, 'id');

/** A query for the host's own fields and entity, as a federation gateway sends it. */
export const NEST_SUBGRAPH_QUERY = `{ viewer { __typename name since }
  _entities(representations: [{ __typename: "Owner", id: "7" }]) { ... on Owner { id } } }`;
export const NEST_SUBGRAPH_DATA = { ...NEST_DATA, _entities: [{ id: '7' }] };

const anybody: CanActivate = { canActivate: () => true };

/** Starts a Nest app, code first, with the portal in its schema. Its global guard admits everybody by default. */
export function startNest(contextOf: ContextOf, guard = anybody): Promise<Host> {
  const transformSchema = addPortalToSchema;
  return start(contextOf, guard, { driver: ApolloDriver, autoSchemaFile: true, transformSchema });
}

/** The driver of docs/server/embedding.md. */
class PortalSubgraphDriver extends ApolloFederationDriver {
  readonly #factory: GraphQLFederationFactory;

  constructor(factory: GraphQLFederationFactory, modules: ModulesContainer) {
    super(factory, modules);
    this.#factory = factory;
  }

  override generateSchema(options: ApolloDriverConfig) {
    return this.#factory.generateSchema(options, (own) =>
      buildSubgraphSchema([own, portalSubgraphModule]),
    );
  }
}

/** Starts a Nest app, code first, as a federation subgraph with an entity. */
export function startNestSubgraph(contextOf: ContextOf): Promise<Host> {
  return start(contextOf, anybody, {
    driver: PortalSubgraphDriver,
    autoSchemaFile: { federation: 2 },
    buildSchemaOptions: { orphanedTypes: [Owner] },
  });
}

async function start(
  contextOf: ContextOf,
  guard: CanActivate,
  options: ApolloDriverConfig,
): Promise<Host> {
  class AppModule {}
  Module({
    providers: [ViewerResolver, { provide: APP_GUARD, useValue: guard }],
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        ...options,
        validationRules: portalValidationRules,
        context: ({ req }: { req: Parameters<ContextOf>[0] }) => contextOf(req),
      }),
    ],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, stop: () => app.close() };
}
