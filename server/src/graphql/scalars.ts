import { GraphQLError, GraphQLScalarType } from 'graphql';

/** Creates a date-time scalar, for output only. */
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

/** Creates a URL scalar. It accepts any string: the operations validate URLs, with more precise errors. */
export function createUrlScalar(name: string): GraphQLScalarType<string, string> {
  const toText = (value: unknown): string => {
    // Hosts that mask errors, such as Yoga, show those of this class only; others count as faults of the server.
    if (typeof value !== 'string') throw new GraphQLError(`${name} must be a string.`);
    return value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description: 'An absolute URL, such as `https://app.example.com/account`.',
    serialize: toText,
    parseValue: toText,
  });
}
