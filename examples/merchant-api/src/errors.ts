import type { ErrorRequestHandler } from 'express';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

const MESSAGE = 'Something went wrong.';

/** Hides errors that are not meant for the client, such as the database's, whose message is the statement and its parameters. */
export function hideInternal(error: GraphQLError): GraphQLError {
  const { originalError, nodes, path } = error;
  if (!originalError || originalError instanceof GraphQLError) return error;
  console.error('graphql:', originalError);
  return new GraphQLError(MESSAGE, {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}

/** Does the same in Apollo. */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const shown = hideInternal(
    error instanceof GraphQLError
      ? error
      : new GraphQLError(MESSAGE, { originalError: error as Error }),
  );
  return shown === error ? formatted : shown.toJSON();
}

/** Responds to errors outside of GraphQL, such as a body that is not JSON. Express's own page has a stack trace. */
export const sendError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = statusOf(error);
  if (status >= 500 && !(error instanceof GraphQLError)) console.error('request:', error);
  const message = status < 500 && error instanceof Error ? error.message : MESSAGE;
  response.status(status).json({ errors: [{ message }] });
};

function statusOf(error: unknown): number {
  const { status, extensions } = error as {
    status?: number;
    extensions?: { http?: { status?: number } };
  };
  return status ?? extensions?.http?.status ?? 500;
}
