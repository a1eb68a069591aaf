import { GraphQLScalarType } from 'graphql';

/** The API of a host. It uses names of the portal's contract with other meanings. */
export interface HostApi {
  typeDefs: string;
  resolvers: Record<string, object>;
}

/** Serializes moments as milliseconds, unlike the contract. */
const dateTime = new GraphQLScalarType<number, number>({
  name: 'DateTime',
  serialize: (value) => Number(value),
  parseValue: (value) => Number(value),
});
/** Reads and writes only host names, unlike the contract. */
const url = new GraphQLScalarType<string, string>({
  name: 'URL',
  serialize: (value) => `host:${String(value)}`,
  parseValue: (value) => new URL(String(value)).hostname,
});

const fields = `now: DateTime!
  echo(link: URL!): URL!
  session: PortalSession!`;
const query = {
  now: () => new Date(86_400_000),
  echo: (_root: unknown, { link }: { link: string }) => link,
  session: () => ({ url: 'the host’s own', status: 'RED' }),
};
const types = `scalar DateTime
scalar URL
enum PortalSessionStatus { RED GREEN }
type PortalSession { url: String! status: PortalSessionStatus! }
type HostedPage { title: String }
`;
const viewer = { viewer: () => ({ name: 'the host’s own' }) };

/** APIs of hosts whose names collide with the contract's in different ways. */
export const hostApis: Record<string, HostApi> = {
  'a viewer of the type User': {
    typeDefs: `${types} type User { name: String! }
type Query { viewer: User ${fields} }
type Mutation { rename(name: String!): User }`,
    resolvers: {
      DateTime: dateTime,
      URL: url,
      Query: { ...query, ...viewer },
      Mutation: { rename: (_root: unknown, args: object) => args },
    },
  },
  'a viewer of the type Viewer!': {
    typeDefs: `${types} type Viewer { name: String! }
type Query { viewer: Viewer! ${fields} }`,
    resolvers: { DateTime: dateTime, URL: url, Query: { ...query, ...viewer } },
  },
  'a query type of another name': {
    typeDefs: `schema { query: RootQuery }
${types} type Viewer { name: String! }
type RootQuery { viewer: Viewer! ${fields} }`,
    resolvers: { DateTime: dateTime, URL: url, RootQuery: { ...query, ...viewer } },
  },
};

/** A query for all fields of the host's own API. */
export const HOST_QUERY =
  '{ viewer { name } now echo(link: "https://app.example.com/a") session { __typename url status } }';

/** The response's data, which must be the same with and without the portal. */
export const HOST_DATA = {
  viewer: { name: 'the host’s own' },
  now: 86_400_000,
  echo: 'host:app.example.com',
  session: { __typename: 'PortalSession', url: 'the host’s own', status: 'RED' },
};
