import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type CanActivate } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import {
  Field,
  GraphQLModule,
  GraphQLISODateTime,
  ObjectType,
  Query,
  Resolver,
} from '@nestjs/graphql';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { addPortalToSchema, portalValidationRules } from '../../src/index.js';
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

/** Starts a Nest app, code first, with the portal in its schema. Its global guard admits everybody by default. */
export async function startNest(
  contextOf: ContextOf,
  guard: CanActivate = { canActivate: () => true },
): Promise<Host> {
  class AppModule {}
  Module({
    providers: [ViewerResolver, { provide: APP_GUARD, useValue: guard }],
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        transformSchema: addPortalToSchema,
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
