import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { PortalContext } from './context.js';

/** What is wrong with a document or its variables; the request itself is well-formed, says GraphQL over HTTP. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/**
 * The statuses that GraphQL over HTTP asks for where Apollo Server has its own: a well-formed request that cannot be
 * executed is 200 in `application/json`, and 400 in `application/graphql-response+json`. Every error carries the id of
 * its request.
 */
export const overHttp: ApolloServerPlugin<PortalContext> = {
  requestDidStart: () => Promise.resolve({ willSendResponse }),
};

function willSendResponse({
  request,
  response: { body, http },
  contextValue,
}: GraphQLRequestContextWillSendResponse<PortalContext>): Promise<void> {
  if (body.kind !== 'single' || !body.singleResult.errors) return Promise.resolve();
  const { errors, data } = body.singleResult;
  const { requestId } = contextValue.portal;
  body.singleResult.errors = errors.map((error) => ({
    ...error,
    extensions: { ...error.extensions, requestId },
  }));
  if (
    data === undefined &&
    errors.every(({ extensions }) => REQUEST_ERRORS.has(extensions?.code))
  ) {
    const accepted = request.http?.headers.get('accept');
    http.status = accepted === 'application/json' ? 200 : 400;
  }
  return Promise.resolve();
}
