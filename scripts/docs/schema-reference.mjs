// Writes the reference of the GraphQL contract from the descriptions in schema.graphql.
import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';

const KINDS = [
  ['Inputs', isInputObjectType],
  ['Types', (type) => isObjectType(type) && !['Query', 'Mutation'].includes(type.name)],
  ['Enums', isEnumType],
  ['Scalars', isScalarType],
];

/** Escapes a description for a table cell. */
const inCell = (description) =>
  (description ?? '').replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

/** Formats a type such as `[ID!]!`, with a link to its section unless it is built in. */
function typeLink(type) {
  const name = String(type).replaceAll(/[[\]!]/g, '');
  const isBuiltIn = ['ID', 'String', 'Boolean', 'Int', 'Float'].includes(name);
  return isBuiltIn ? `\`${type}\`` : `[\`${type}\`](#${name.toLowerCase()})`;
}

function table(heading, rows) {
  const lines = rows.map(([name, type, text]) => `| \`${name}\` | ${type} | ${inCell(text)} |`);
  return [`| ${heading} | type | |`, '| --- | --- | --- |', ...lines].join('\n');
}

function operation(field) {
  const args = field.args.map((arg) => [arg.name, typeLink(arg.type), arg.description]);
  return [
    `### ${field.name}`,
    field.description ?? '',
    `Returns ${typeLink(field.type)}.`,
    ...(args.length ? [table('argument', args)] : []),
  ].join('\n\n');
}

function typeSection(type) {
  const fields = isEnumType(type)
    ? type.getValues().map((value) => `| \`${value.name}\` | ${inCell(value.description)} |`)
    : [];
  const members = 'getFields' in type ? Object.values(type.getFields()) : [];
  const rows = members.map((field) => [field.name, typeLink(field.type), field.description]);
  return [
    `### ${type.name}`,
    type.description ?? '',
    ...(fields.length ? [['| value | |', '| --- | --- |', ...fields].join('\n')] : []),
    ...(rows.length ? [table('field', rows)] : []),
  ].join('\n\n');
}

/**
 * Returns the reference as Markdown.
 * @param {import('graphql').GraphQLSchema} schema
 * @param {string} sdl the text of schema.graphql
 * @returns {string}
 */
export function schemaReference(schema, sdl) {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const roots = [
    ['Mutations', schema.getMutationType()],
    ['Queries', schema.getQueryType()],
  ];
  return [
    '# GraphQL schema',
    schema.description ?? '',
    ...roots.flatMap(([title, type]) => [
      `## ${title}`,
      ...Object.values(type?.getFields() ?? {}).map(operation),
    ]),
    ...KINDS.flatMap(([title, isKind]) => [
      `## ${title}`,
      ...types.filter(isKind).map(typeSection),
    ]),
    '## The whole schema',
    `\`\`\`graphql\n${sdl.trim()}\n\`\`\``,
    '',
  ].join('\n\n');
}
