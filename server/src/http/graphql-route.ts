import { HeaderMap, type ApolloServer, type GraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createRequestContext, type PortalContext } from '../graphql/context.js';
import { authenticated, callerOf } from './caller.js';
import { failureHeaders, statusFailure, toFailure, type Failure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes.js';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';
const JSON_RESPONSE = 'application/json';

/** The parameters of a request, as GraphQL over HTTP names them. */
interface Parameters {
  query?: string | null;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
}

/** What GraphQL over HTTP does not name is not looked at. */
const parameters = {
  type: 'object',
  properties: {
    query: { type: ['string', 'null'] },
    operationName: { type: ['string', 'null'] },
    variables: { type: ['object', 'null'] },
    extensions: { type: ['object', 'null'] },
  },
};

/** The request as Apollo Server sees it: with nothing left to negotiate. */
const NEGOTIATED = {
  method: 'POST',
  headers: new HeaderMap([['accept', '']]),
  search: '',
  body: {},
};

/** What is wrong with a document or its variables; the request itself is well-formed, says GraphQL over HTTP. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/**
 * `POST /graphql`, as GraphQL over HTTP has it: the HTTP is Fastify's, the GraphQL Apollo Server's. What fails outside
 * GraphQL is answered in its shape too. Only a body of type application/json is read, so that no other site can send
 * one without asking by CORS.
 */
export function graphqlRoute(
  { operations, authenticate }: PortalRoutesOptions,
  apollo: ApolloServer<PortalContext>,
) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.decorateRequest('answerType', GRAPHQL_RESPONSE);
    app.setErrorHandler((error, request, reply) => {
      const failure = Array.isArray(request.body) ? batch() : toFailure(error);
      if (failure.status >= 500) request.log.error({ err: error }, 'the request failed');
      return sendErrors(failure, request, reply);
    });
    app.route<{ Body: Parameters }>({
      method: 'POST',
      url: '/graphql',
      schema: { body: parameters },
      onRequest: [negotiate, authenticated(authenticate)],
      handler: async (request, reply) => {
        const { query, operationName, variables, extensions } = request.body;
        const caller = callerOf(request, reply);
        const contextValue = createRequestContext({
          requestId: request.id,
          operations,
          caller: () => Promise.resolve(caller),
          onUnexpectedError: (err) => request.log.error({ err }, 'a field failed'),
        });
        const response = await apollo.executeOperation(
          {
            query: query ?? undefined,
            operationName: operationName ?? undefined,
            variables: variables ?? undefined,
            extensions: extensions ?? undefined,
            http: NEGOTIATED,
          },
          { contextValue },
        );
        return sendResult(response, request, reply);
      },
    });
    app.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (request, reply) => {
        reply.header('allow', 'POST');
        return sendErrors(statusFailure(405), request, reply);
      },
    });
    done();
  };
}

/** Settles the answer's media type before anything is done; it is the one for GraphQL when the caller has no say. */
function negotiate(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { accept } = request.headers;
  if (accept === JSON_RESPONSE) {
    request.answerType = JSON_RESPONSE;
  } else if (accept !== undefined && accept !== GRAPHQL_RESPONSE) {
    const chosen = request.accepts().type([JSON_RESPONSE, GRAPHQL_RESPONSE]);
    if (typeof chosen !== 'string') {
      const message = `Answers are ${GRAPHQL_RESPONSE} or ${JSON_RESPONSE}; accept one of them.`;
      sendErrors({ ...statusFailure(406), message }, request, reply);
      return;
    }
    request.answerType = chosen;
  }
  done();
}

function batch(): Failure {
  const message = 'Send one operation at a time; batches are refused.';
  return { ...statusFailure(400), message };
}

/** Answers what came of an operation. Every error carries the id of its request. */
function sendResult(
  { body, http }: GraphQLResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Incremental delivery needs another version of graphql than ours.
  if (body.kind !== 'single') throw new TypeError(`An answer of kind ${body.kind} is unknown.`);
  const { errors, data, extensions } = body.singleResult;
  const status = errors ? statusOf({ errors, data }, request.answerType) : undefined;
  for (const [name, value] of http.headers) reply.header(name, value);
  return reply
    .code(status ?? http.status ?? 200)
    .type(`${request.answerType}; charset=utf-8`)
    .send(
      JSON.stringify({
        errors: errors?.map((error) => ({
          ...error,
          extensions: { ...error.extensions, requestId: request.id },
        })),
        data,
        extensions,
      }),
    );
}

/**
 * The status that GraphQL over HTTP asks for where Apollo Server has its own: a well-formed request that cannot be
 * executed is 200 in `application/json`, and 400 in `application/graphql-response+json`.
 */
function statusOf({ errors, data }: FormattedExecutionResult, type: string): number | undefined {
  const isRequestError =
    data === undefined && errors?.every(({ extensions }) => REQUEST_ERRORS.has(extensions?.code));
  return isRequestError ? (type === JSON_RESPONSE ? 200 : 400) : undefined;
}

function sendErrors(failure: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message, argument, retryAfter } = failure;
  const extensions = { code, argument, retryAfter, requestId: request.id };
  return reply
    .code(status)
    .headers(failureHeaders(failure))
    .type(`${request.answerType}; charset=utf-8`)
    .send(JSON.stringify({ errors: [{ message, extensions }] }));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The media type of the answer of `/graphql`, without its parameters. */
    answerType: string;
  }
}
