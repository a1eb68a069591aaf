import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { PortalError } from '../errors.js';

const INTERNAL = { message: 'Something went wrong on the server.', code: 'INTERNAL_SERVER_ERROR' };

/**
 * Converts an error for the caller: a `PortalError` with its code and details, any other one to an internal error without
 * details. `extensions.http` sets status and headers in Apollo Server and GraphQL Yoga, which do not send it to the caller.
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
    // Apollo Server reads the entries of a Map, Yoga the properties of an object.
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

/** For Apollo Server's `formatError`: replaces the message of internal errors, which may contain details. */
export function maskUnexpected(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (formatted.extensions?.code !== INTERNAL.code) return formatted;
  return { ...formatted, message: INTERNAL.message };
}

const SUGGESTION = 'Did you mean ';
/** The longest message to callers: those of graphql quote a variable's whole value, in each of up to 50 errors. */
const MAX_MESSAGE_LENGTH = 500;

/**
 * Removes suggestions, which reveal names of the schema. Apollo Server's `hideSchemaDetailsFromClientErrors` does this for
 * errors in documents, but not in the values of variables.
 */
export function withoutSuggestions(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { message } = formatted;
  // Not a regular expression: its time would grow with the square of the length of a value that a caller chooses.
  const start = message.endsWith('?') ? message.indexOf(SUGGESTION) : -1;
  return start < 0 ? formatted : { ...formatted, message: message.slice(0, start).trimEnd() };
}

/** Leaves out the middle of a long message, which is a value of the request. The reason is at the end. */
export function withShortMessage(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { message } = formatted;
  if (message.length <= MAX_MESSAGE_LENGTH) return formatted;
  const half = MAX_MESSAGE_LENGTH / 2;
  return { ...formatted, message: `${message.slice(0, half)} … ${message.slice(-half)}` };
}
