import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  buildSchema,
  graphql,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
  printType,
  validate,
  validateSchema,
  type GraphQLNamedType,
} from 'graphql';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addPortalToSchema,
  portalResolvers,
  portalSubgraphModule,
  portalTypeDefs,
  portalValidationRules,
  SchemaClashError,
} from '../../src/index.js';
import { HOST_DATA, HOST_QUERY, hostApis, type HostApi } from './host-api.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The ways of putting the portal into a schema, each with the host's part first and last. */
const merges: Record<string, (host: HostApi) => GraphQLSchema> = {
  'type definitions, the host’s first': ({ typeDefs, resolvers }) =>
    makeExecutableSchema({
      typeDefs: [typeDefs, portalTypeDefs],
      resolvers: [resolvers, portalResolvers],
    }),
  'type definitions, the portal’s first': ({ typeDefs, resolvers }) =>
    makeExecutableSchema({
      typeDefs: [portalTypeDefs, typeDefs],
      resolvers: [portalResolvers, resolvers],
    }),
  'modules of a subgraph, the host’s first': ({ typeDefs, resolvers }) =>
    buildSubgraphSchema([
      { typeDefs: parse(typeDefs), resolvers: resolvers as never },
      portalSubgraphModule,
    ]),
  'modules of a subgraph, the portal’s first': ({ typeDefs, resolvers }) =>
    buildSubgraphSchema([
      portalSubgraphModule,
      { typeDefs: parse(typeDefs), resolvers: resolvers as never },
    ]),
  addPortalToSchema: (host) => addPortalToSchema(makeExecutableSchema(host)),
};

/** The operations that the library sends. */
const libraryOperations = () =>
  readFile(join(ROOT, 'projects/ngx-chargebee-portal/graphql/operations.graphql'), 'utf8');

describe('a host’s schema', () => {
  for (const [host, api] of Object.entries(hostApis)) {
    for (const [way, merge] of Object.entries(merges)) {
      it(`with ${host} is unchanged after merging ${way}`, async () => {
        const schema = merge(api);
        expect(validateSchema(schema)).toEqual([]);
        const { data, errors } = await graphql({ schema, source: HOST_QUERY });
        expect(errors).toBeUndefined();
        expect(JSON.parse(JSON.stringify(data))).toEqual(HOST_DATA);

        const before = makeExecutableSchema(api).getTypeMap();
        for (const [name, type] of Object.entries(before)) {
          if (name.startsWith('__') || name === 'Mutation') continue;
          expect(print(schema.getType(name)))
            .withContext(name)
            .toBe(print(type));
        }
      });

      it(`with ${host} has the portal’s operations after merging ${way}`, async () => {
        const schema = merge(api);
        expect(validate(schema, parse(await libraryOperations()))).toEqual([]);
        const create = schema.getMutationType()?.getFields().createPortalSession;
        expect(create?.resolve).toEqual(jasmine.any(Function));
      });
    }
  }

  /** A type as SDL, without the field that every subgraph has. */
  const print = (type: GraphQLNamedType | undefined) =>
    type && printType(type).replace('\n  _service: _Service!', '');

  it('gets the portal’s mutations without mutations of its own, and with root types of other names', () => {
    const hosts = {
      Mutation: 'type Query { a: Int }',
      RootMutation:
        'schema { query: RootQuery mutation: RootMutation } type RootQuery { a: Int } type RootMutation { b: Int } type Mutation { c: Int }',
      ChargebeeMutation:
        'schema { query: RootQuery } type RootQuery { a: Mutation } type Mutation { c: Int }',
    };
    for (const [name, typeDefs] of Object.entries(hosts)) {
      const schema = addPortalToSchema(buildSchema(typeDefs));
      expect(validateSchema(schema)).toEqual([]);
      expect(schema.getMutationType()?.name).toBe(name);
      expect(schema.getMutationType()?.getFields().logoutPortalSession)
        .withContext(name)
        .toBeDefined();
    }
  });

  it('keeps its description, resolvers and extensions when created by code', async () => {
    const extensions = { complexity: 3 };
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { hello: { type: GraphQLString, resolve: () => 'Hello', extensions } },
    });
    const description = 'What the shop has.';
    const schema = addPortalToSchema(new GraphQLSchema({ query, extensions, description }));
    expect(schema.extensions).toEqual(extensions);
    expect(schema.description).toBe(description);
    expect(schema.getQueryType()?.getFields().hello?.extensions).toEqual(extensions);
    const { data } = await graphql({ schema, source: '{ hello }' });
    expect({ ...data }).toEqual({ hello: 'Hello' });
  });

  it('is rejected when it uses names of the portal, and the error lists them', () => {
    const clashes = {
      createPortalSession:
        'type Query { a: Int } type PortalSession { url: String } type Mutation { createPortalSession: PortalSession! }',
      CreatePortalSessionInput:
        'type Query { a(i: CreatePortalSessionInput): Int } input CreatePortalSessionInput { customerId: Int }',
    };
    for (const [name, typeDefs] of Object.entries(clashes)) {
      expect(() => addPortalToSchema(buildSchema(typeDefs))).toThrowError(new RegExp(name));
      const modules = [{ typeDefs: parse(typeDefs) }, portalSubgraphModule as never];
      for (const order of [modules, [...modules].reverse()]) {
        expect(() => buildSubgraphSchema(order)).toThrowError(new RegExp(name));
      }
      for (const order of [
        [typeDefs, portalTypeDefs],
        [portalTypeDefs, typeDefs],
      ]) {
        expect(() => makeExecutableSchema({ typeDefs: order })).toThrowError(
          new RegExp(name === 'createPortalSession' ? name : 'customerId'),
        );
      }
    }
  });

  it('is rejected when it leaves no name for the portal’s root type, and the error contains the name', () => {
    const schema = buildSchema(
      'schema { query: RootQuery } type RootQuery { a: Mutation b: ChargebeeMutation } type Mutation { c: Int } type ChargebeeMutation { d: Int }',
    );
    expect(() => addPortalToSchema(schema)).toThrowError(SchemaClashError, /: ChargebeeMutation\./);
  });

  it('of a subgraph can be extended only by a module', () => {
    const subgraph = buildSubgraphSchema(parse('type Query { a: Int }'));
    expect(() => addPortalToSchema(subgraph)).toThrowError(/buildSubgraphSchema/);
  });

  it('can be composed with other subgraphs, and the supergraph contains the portal', () => {
    const typeDefs = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { me: User } type User @key(fields: "id") { id: ID! }`);
    const { supergraphSdl, errors } = composeServices([
      {
        name: 'users',
        typeDefs: merge([typeDefs, portalSubgraphModule.typeDefs]),
        url: 'http://users',
      },
      {
        name: 'shop',
        typeDefs: parse('type Query { shop: PortalSession } type PortalSession { url: String }'),
      },
    ]);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('createPortalSession');
  });

  const merge = (documents: ReturnType<typeof parse>[]) =>
    ({
      ...documents[0],
      definitions: documents.flatMap(({ definitions }) => definitions),
    }) as ReturnType<typeof parse>;

  it('is not restricted by the portal’s rules, except for the portal’s fields', () => {
    const [way] = Object.keys(merges);
    const [host] = Object.values(hostApis);
    if (!way || !host) throw new Error('no host');
    const schema = merges[way]?.(host);
    if (!schema) throw new Error('no schema');
    const introspection =
      '{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }';
    const aliases = `{ ${Array.from({ length: 30 }, (_, i) => `a${i}: now`).join(' ')} }`;
    for (const query of [introspection, aliases]) {
      expect(validate(schema, parse(query), portalValidationRules)).toEqual([]);
    }
    const twice =
      'mutation { a: logoutPortalSession(id: "1") { id } b: logoutPortalSession(id: "2") { id } }';
    expect(validate(schema, parse(twice), portalValidationRules).length).toBe(1);
  });
});
