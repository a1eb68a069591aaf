import { HeaderMap, type ApolloServer, type GraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createRequestContext, type PortalContext } from '../graphql/context.js';
import { authenticated, callerOf } from './caller.js';
import { failureHeaders, isUnexpected, statusFailure, toFailure, type Failure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes.js';

const GRAPHQL_TYPE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
/** With the charset, which a caller may ask for. */
const GRAPHQL_ANSWER = `${GRAPHQL_TYPE}; charset=utf-8`;
const JSON_ANSWER = `${JSON_TYPE}; charset=utf-8`;

/** The parameters of a request, as GraphQL over HTTP names them. */
interface Parameters {
  query?: string | null;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
}

/** Other properties are ignored, as GraphQL over HTTP requires. */
const parameters = {
  type: 'object',
  properties: {
    query: { type: ['string', 'null'] },
    operationName: { type: ['string', 'null'] },
    variables: { type: ['object', 'null'] },
    extensions: { type: ['object', 'null'] },
  },
};

/** The request as Apollo Server gets it: the content type is negotiated already. */
const NEGOTIATED = {
  method: 'POST',
  headers: new HeaderMap([['accept', '']]),
  search: '',
  body: {},
};

/** Errors of a document or its variables: to GraphQL over HTTP, the request itself is well-formed. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_USER_INPUT',
]);

/**
 * `POST /graphql`, as GraphQL over HTTP has it: the HTTP is Fastify's, the GraphQL Apollo Server's. What fails outside
 * GraphQL is answered in its shape too. Only a body of type application/json is read, so that no other site can send
 * one without asking by CORS.
 */
export function graphqlRoute(options: PortalRoutesOptions, apollo: ApolloServer<PortalContext>) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.decorateRequest('answerType', GRAPHQL_ANSWER);
    app.decorateRequest('isBatch', false);
    app.setErrorHandler((error, request, reply) => {
      const failure = Array.isArray(request.body) ? batch() : toFailure(error);
      if (isUnexpected(failure)) request.log.error({ err: error }, 'the request failed');
      return sendErrors(failure, request, reply);
    });
    app.route<{ Body: Parameters }>({
      method: 'POST',
      url: '/graphql',
      schema: { body: parameters },
      onRequest: [negotiate, authenticated(options)],
      preValidation: unwrapBatchOfOne,
      handler: async (request, reply) => {
        const { query, operationName, variables, extensions } = request.body;
        const caller = callerOf(request, reply);
        const contextValue = createRequestContext({
          requestId: request.id,
          operations: options.operations,
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

/** Chooses the answer's media type before the operation runs; GraphQL's own when the caller accepts anything. */
function negotiate(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { accept } = request.headers;
  if (accept === JSON_TYPE) {
    request.answerType = JSON_ANSWER;
  } else if (accept !== undefined && accept !== GRAPHQL_TYPE) {
    const chosen = request.accepts().type([JSON_ANSWER, GRAPHQL_ANSWER]);
    if (typeof chosen !== 'string') {
      const message = `Answers are ${GRAPHQL_TYPE} or ${JSON_TYPE}; accept one of them.`;
      sendErrors({ ...statusFailure(406), message }, request, reply);
      return;
    }
    request.answerType = chosen;
  }
  done();
}

/** A client that sends batches, such as Apollo's BatchHttpLink, sends one even when it holds a single operation. */
function unwrapBatchOfOne(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const { body } = request;
  if (Array.isArray(body) && body.length === 1) {
    request.isBatch = true;
    request.body = body[0];
  }
  done();
}

/** The text of an answer, as a batch of one for a request that was one. */
function serialize(answer: object, { isBatch }: FastifyRequest): string {
  return JSON.stringify(isBatch ? [answer] : answer);
}

function batch(): Failure {
  const message = 'Send one operation at a time; batches of several are refused.';
  return { ...statusFailure(400), message };
}

/** Sends the result of an operation. Every error carries the id of its request. */
function sendResult(
  { body, http }: GraphQLResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Incremental delivery needs another version of graphql than ours.
  if (body.kind !== 'single') throw new TypeError(`An answer of kind ${body.kind} is unknown.`);
  const { errors, data, extensions } = body.singleResult;
  const status = errors ? statusOf({ errors, data }, request.answerType) : undefined;
  for (const [name, value] of http.headers) {
    // What every answer carries, such as no-store, holds for this one too.
    if (!reply.hasHeader(name)) reply.header(name, value);
  }
  return reply
    .code(status ?? http.status ?? 200)
    .type(request.answerType)
    .send(
      serialize(
        {
          errors: errors?.map((error) => ({
            ...error,
            extensions: { ...error.extensions, requestId: request.id },
          })),
          data,
          extensions,
        },
        request,
      ),
    );
}

/**
 * The status that GraphQL over HTTP asks for where Apollo Server has its own: a well-formed request that cannot be
 * executed is 200 in `application/json`, and 400 in `application/graphql-response+json`.
 */
function statusOf({ errors, data }: FormattedExecutionResult, type: string): number | undefined {
  const isRequestError =
    data === undefined && errors?.every(({ extensions }) => REQUEST_ERRORS.has(extensions?.code));
  return isRequestError ? (type === JSON_ANSWER ? 200 : 400) : undefined;
}

function sendErrors(failure: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message, argument, retryAfter } = failure;
  const extensions = { code, argument, retryAfter, requestId: request.id };
  return reply
    .code(status)
    .headers(failureHeaders(failure))
    .type(request.answerType)
    .send(serialize({ errors: [{ message, extensions }] }, request));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The media type of the answer of `/graphql`. */
    answerType: string;
    /** Whether `/graphql` got a batch of one operation. */
    isBatch: boolean;
  }
}
