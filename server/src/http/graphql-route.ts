import { HeaderMap, type ApolloServer, type GraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createUpstreamClaim, type PortalContext } from '../graphql/context.js';
import { authenticated, callerOf } from './caller.js';
import { failureHeaders, isUnexpected, statusFailure, toFailure, type Failure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes-options.js';

const GRAPHQL_TYPE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
/** Response types include the charset, because an `Accept` header may require one. */
const GRAPHQL_RESPONSE_TYPE = `${GRAPHQL_TYPE}; charset=utf-8`;
const JSON_RESPONSE_TYPE = `${JSON_TYPE}; charset=utf-8`;

/** The parameters of a request, named as in the GraphQL over HTTP specification. */
interface Parameters {
  query?: string | null;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
}

/**
 * The largest number of properties in the value of a variable; the inputs of the contract have four. graphql makes an error of
 * each unknown one, which quotes the whole value, so many would keep the process busy.
 */
const MAX_PROPERTIES = 10;

/** The specification requires that other properties are ignored. */
const parameters = {
  type: 'object',
  properties: {
    query: { type: ['string', 'null'] },
    operationName: { type: ['string', 'null'] },
    variables: {
      type: ['object', 'null'],
      additionalProperties: { not: { type: 'object', minProperties: MAX_PROPERTIES + 1 } },
    },
    extensions: { type: ['object', 'null'] },
  },
};

/** The HTTP request as passed to Apollo Server. It accepts any type, since the content type is negotiated here. */
const NEGOTIATED = {
  method: 'POST',
  headers: new HeaderMap([['accept', '']]),
  search: '',
  body: {},
};

/** Errors in the document or its variables. For GraphQL over HTTP, the request itself is well-formed. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_USER_INPUT',
]);

/**
 * `POST /graphql` according to GraphQL over HTTP, with Fastify for HTTP and Apollo Server for GraphQL. Errors outside GraphQL
 * are answered in its format too. Only the type application/json is accepted, so that other sites need a CORS preflight.
 */
export function graphqlRoute(options: PortalRoutesOptions, apollo: ApolloServer<PortalContext>) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.decorateRequest('responseType', GRAPHQL_RESPONSE_TYPE);
    app.decorateRequest('isBatch', false);
    app.setErrorHandler((error, request, reply) => {
      const failure = Array.isArray(request.body) ? batchRefused() : toFailure(error);
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
        const contextValue: PortalContext = {
          portal: {
            requestId: request.id,
            operations: options.operations,
            caller: () => Promise.resolve(caller),
            claimUpstream: createUpstreamClaim(),
            onUnexpectedError: (err) => request.log.error({ err }, 'a field failed'),
          },
        };
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

/** Chooses the response type before the operation runs. The default is application/graphql-response+json. */
function negotiate(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { accept } = request.headers;
  if (accept === JSON_TYPE) {
    request.responseType = JSON_RESPONSE_TYPE;
  } else if (accept !== undefined && accept !== GRAPHQL_TYPE) {
    const chosen = request.accepts().type([JSON_RESPONSE_TYPE, GRAPHQL_RESPONSE_TYPE]);
    if (typeof chosen !== 'string') {
      const message = `Answers are ${GRAPHQL_TYPE} or ${JSON_TYPE}; accept one of them.`;
      sendErrors({ ...statusFailure(406), message }, request, reply);
      return;
    }
    request.responseType = chosen;
  }
  done();
}

/** Unwraps a batch of one. Clients with batching, such as Apollo's BatchHttpLink, send single operations as a batch, too. */
function unwrapBatchOfOne(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const { body } = request;
  if (Array.isArray(body) && body.length === 1) {
    request.isBatch = true;
    request.body = body[0];
  }
  done();
}

/** Serializes a response. For a batch of one, the response is a batch of one, too. */
function serialize(answer: object, { isBatch }: FastifyRequest): string {
  return JSON.stringify(isBatch ? [answer] : answer);
}

function batchRefused(): Failure {
  const message = 'Send one operation at a time; batches of several are refused.';
  return { ...statusFailure(400), message };
}

/** Sends the result of an operation. Adds the request's id to every error. */
function sendResult(
  { body, http }: GraphQLResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Only incremental delivery has other kinds, and it requires another version of graphql.
  if (body.kind !== 'single') throw new TypeError(`An answer of kind ${body.kind} is unknown.`);
  const { errors, data, extensions } = body.singleResult;
  const status = errors ? statusOf({ errors, data }, request.responseType) : undefined;
  for (const [name, value] of http.headers) {
    // Headers of all responses, such as no-store, take precedence over Apollo Server's.
    if (!reply.hasHeader(name)) reply.header(name, value);
  }
  return reply
    .code(status ?? http.status ?? 200)
    .type(request.responseType)
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
 * Returns the status of request errors, for which Apollo Server deviates from GraphQL over HTTP: a well-formed request that
 * cannot be executed is 200 in `application/json`, and 400 in `application/graphql-response+json`.
 */
function statusOf({ errors, data }: FormattedExecutionResult, type: string): number | undefined {
  const isRequestError =
    data === undefined && errors?.every(({ extensions }) => REQUEST_ERRORS.has(extensions?.code));
  return isRequestError ? (type === JSON_RESPONSE_TYPE ? 200 : 400) : undefined;
}

function sendErrors(failure: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message, argument, retryAfter } = failure;
  const extensions = { code, argument, retryAfter, requestId: request.id };
  return reply
    .code(status)
    .headers(failureHeaders(failure))
    .type(request.responseType)
    .send(serialize({ errors: [{ message, extensions }] }, request));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The media type of the response of `/graphql`. */
    responseType: string;
    /** Whether `/graphql` received a batch of one operation. */
    isBatch: boolean;
  }
}
