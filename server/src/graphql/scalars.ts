import { GraphQLScalarType } from 'graphql';

/** A moment that only ever leaves the server. */
export function createDateTimeScalar(name: string): GraphQLScalarType<Date, string> {
  return new GraphQLScalarType<Date, string>({
    name,
    description: 'A moment, ISO 8601 in UTC, such as `2026-11-23T09:30:00.000Z`.',
    serialize(value) {
      if (!(value instanceof Date)) throw new TypeError(`${name} must be a Date.`);
      return value.toISOString();
    },
  });
}

/** URLs are checked by the operations, which can say what is wrong with them. */
export function createUrlScalar(name: string): GraphQLScalarType<string, string> {
  const toText = (value: unknown): string => {
    if (typeof value !== 'string') throw new TypeError(`${name} must be a string.`);
    return value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description: 'An absolute URL, such as `https://app.example.com/account`.',
    serialize: toText,
    parseValue: toText,
  });
}
