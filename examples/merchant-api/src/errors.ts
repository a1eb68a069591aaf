import { DrizzleQueryError } from 'drizzle-orm/errors';
import type { ErrorRequestHandler } from 'express';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

const MESSAGE = 'Something went wrong.';

/** Returns what to log of an error. That of a query has the query's parameters, which are customers' data. */
export function toLog(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  const { code, message } = (error.cause ?? {}) as { code?: string; message?: string };
  return `the database answered: ${[code, message].filter(Boolean).join(' ')}`;
}

/** Hides errors that are not meant for the client, such as the database's, whose message is the statement and its parameters. */
export function hideInternal(error: GraphQLError): GraphQLError {
  const { originalError, nodes, path } = error;
  if (!originalError || originalError instanceof GraphQLError) return error;
  console.error('graphql:', toLog(originalError));
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
  if (status >= 500 && !(error instanceof GraphQLError)) console.error('request:', toLog(error));
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
