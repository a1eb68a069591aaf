import {
  extendSchema,
  isScalarType,
  Kind,
  parse,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLFieldConfig,
  type GraphQLSchema,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { portalTypeDefs } from '../generated/type-defs.js';
import type { PortalContext } from './context.js';
import { mutationResolvers } from './resolvers.js';
import { createDateTimeScalar, createUrlScalar } from './scalars.js';

const scalars = {
  ChargebeeDateTime: createDateTimeScalar('ChargebeeDateTime'),
  ChargebeeURL: createUrlScalar('ChargebeeURL'),
};

/** The resolvers of `portalTypeDefs`. They use `context.portal`, see `createPortalContext`. */
export const portalResolvers = { ...scalars, Mutation: mutationResolvers };

/**
 * The portal as a module of a federation subgraph, for `buildSubgraphSchema`. Unlike `portalTypeDefs` it extends the type
 * `Mutation`, of which a subgraph's modules may define only one.
 */
export const portalSubgraphModule: { typeDefs: DocumentNode; resolvers: typeof portalResolvers } = {
  typeDefs: withMutationType(parse(portalTypeDefs), Kind.OBJECT_TYPE_EXTENSION, 'Mutation'),
  resolvers: portalResolvers,
};

/** Thrown when the portal's fields cannot be added to a host's schema. The message names the conflict. */
export class SchemaClashError extends Error {
  override readonly name = 'SchemaClashError';
}

/**
 * Adds the portal's mutations to the schema of a host's API. Its root types may have any names. The rest of the schema stays
 * unchanged.
 * @throws SchemaClashError listing the names that are already in use
 */
export function addPortalToSchema(schema: GraphQLSchema): GraphQLSchema {
  if (schema.getType('_Service')) {
    throw new SchemaClashError(
      'This schema is that of a federation subgraph, whose SDL is fixed already. ' +
        'Add portalSubgraphModule to the modules given to buildSubgraphSchema instead.',
    );
  }
  const typeDefs = withRootOf(schema, portalSubgraphModule.typeDefs);
  checkNames(schema, typeDefs);
  const extended = extendSchema(schema, typeDefs);
  // extendSchema keeps extensions and descriptions of types and fields, but not those of the schema itself.
  extended.extensions = schema.extensions;
  extended.description = schema.description;
  attachResolvers(extended);
  return extended;
}

function checkNames(schema: GraphQLSchema, { definitions }: DocumentNode): void {
  const root = schema.getMutationType();
  const taken: string[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_EXTENSION) {
      const names = definition.fields?.map(({ name }) => name.value) ?? [];
      const clashing = names.filter((name) => root?.getFields()[name]);
      taken.push(...clashing.map((name) => `${root?.name}.${name}`));
    } else if ('name' in definition && definition.name && schema.getType(definition.name.value)) {
      taken.push(definition.name.value);
    }
  }
  if (taken.length > 0) {
    throw new SchemaClashError(
      `The portal cannot be added to this schema, which has these names already: ${taken.join(', ')}. ` +
        'Rename them, or run the portal as a server of its own (createPortalServer).',
    );
  }
}

/** Puts the portal's mutations into the host's mutation type, or into a new one. */
function withRootOf(schema: GraphQLSchema, typeDefs: DocumentNode): DocumentNode {
  const root = schema.getMutationType();
  if (root) return withMutationType(typeDefs, Kind.OBJECT_TYPE_EXTENSION, root.name);
  const name = schema.getType('Mutation') ? 'ChargebeeMutation' : 'Mutation';
  const { definitions } = withMutationType(typeDefs, Kind.OBJECT_TYPE_DEFINITION, name);
  const rootDefinition = parse(`extend schema { mutation: ${name} }`);
  return { kind: Kind.DOCUMENT, definitions: [...definitions, ...rootDefinition.definitions] };
}

/** Returns the document with its mutations as a definition or extension of the type with this name. */
function withMutationType(
  document: DocumentNode,
  kind: Kind.OBJECT_TYPE_DEFINITION | Kind.OBJECT_TYPE_EXTENSION,
  name: string,
): DocumentNode {
  const isMutation = (definition: DefinitionNode): definition is ObjectTypeExtensionNode =>
    'name' in definition && definition.name?.value === 'Mutation';
  const definitions = document.definitions.map((definition) =>
    isMutation(definition)
      ? { ...definition, kind, name: { kind: Kind.NAME, value: name } as const }
      : definition,
  );
  return { kind: Kind.DOCUMENT, definitions };
}

function attachResolvers(schema: GraphQLSchema): void {
  const fields = schema.getMutationType()?.getFields() ?? {};
  for (const [name, resolve] of Object.entries(mutationResolvers)) {
    const field = fields[name];
    if (field) field.resolve = resolve as GraphQLFieldConfig<unknown, PortalContext>['resolve'];
  }
  for (const [name, { serialize, parseValue, parseLiteral }] of Object.entries(scalars)) {
    const type = schema.getType(name);
    if (isScalarType(type)) Object.assign(type, { serialize, parseValue, parseLiteral });
  }
}
