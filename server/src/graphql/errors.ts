import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { PortalError } from '../errors.js';

const INTERNAL = { message: 'Something went wrong on the server.', code: 'INTERNAL_SERVER_ERROR' };

/**
 * An error as callers see it: code and details of the contract for a `PortalError`, and nothing at all of any other.
 * `extensions.http` sets status and headers of the answer in Apollo Server and GraphQL Yoga, which take it out.
 */
export function toGraphQLError(error: unknown, requestId: string): GraphQLError {
  if (!(error instanceof PortalError)) {
    return new GraphQLError(INTERNAL.message, { extensions: { code: INTERNAL.code, requestId } });
  }
  const { code, argument, retryAfter, message } = error;
  const headers: Record<string, string> = {
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...(code === 'UNAUTHENTICATED' && { 'www-authenticate': 'Bearer' }),
  };
  const http = {
    ...(code === 'UNAUTHENTICATED' && { status: error.status }),
    // Apollo Server reads the entries of a map, Yoga the properties of an object.
    headers: Object.assign(new Map(Object.entries(headers)), headers),
  };
  return new GraphQLError(message, {
    extensions: {
      code,
      ...(argument !== undefined && { argument }),
      ...(retryAfter !== undefined && { retryAfter }),
      requestId,
      http,
    },
  });
}

/** Apollo Server's last look at an error: whatever is not meant for callers loses its text. */
export function maskUnexpected(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (formatted.extensions?.code !== INTERNAL.code) return formatted;
  return { ...formatted, message: INTERNAL.message };
}

/**
 * An error that names nothing of the schema which the caller did not name. Apollo Server's
 * `hideSchemaDetailsFromClientErrors` does this for documents, but not for the values of variables.
 */
export function withoutSuggestions(formatted: GraphQLFormattedError): GraphQLFormattedError {
  return { ...formatted, message: formatted.message.replace(/ ?Did you mean .*\?$/s, '') };
}
