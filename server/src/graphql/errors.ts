import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { PortalError } from '../errors.js';

const INTERNAL = { message: 'Something went wrong on the server.', code: 'INTERNAL_SERVER_ERROR' };

/**
 * An error as GraphQL tells it: code and details of the contract for a `PortalError`, and nothing at all of any other.
 * `extensions.http` is for Apollo Server, which takes it out: the status 401 and the header `Retry-After`.
 */
export function toGraphQLError(error: unknown, requestId: string): GraphQLError {
  if (!(error instanceof PortalError)) {
    return new GraphQLError(INTERNAL.message, { extensions: { code: INTERNAL.code, requestId } });
  }
  const { code, argument, retryAfter, message } = error;
  const headers = new HeaderMap();
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  if (code === 'UNAUTHENTICATED') headers.set('www-authenticate', 'Bearer');
  return new GraphQLError(message, {
    extensions: {
      code,
      ...(argument !== undefined && { argument }),
      ...(retryAfter !== undefined && { retryAfter }),
      requestId,
      http: { ...(code === 'UNAUTHENTICATED' && { status: error.status }), headers },
    },
  });
}

/** Apollo Server's last look at an error: whatever is not meant for callers loses its text. */
export function maskUnexpected(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (formatted.extensions?.code !== INTERNAL.code) return formatted;
  return { ...formatted, message: INTERNAL.message };
}
