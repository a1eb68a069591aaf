import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRequestContext, type PortalContext } from '../graphql/context.js';
import { authenticated, callerOf } from './caller.js';
import { failureHeaders, statusFailure, toFailure, type Failure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes.js';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';
const JSON_RESPONSE = 'application/json';

/** `POST /graphql`, as GraphQL over HTTP has it. What fails outside GraphQL is answered in its shape too. */
export function graphqlRoute(
  { operations, authenticate }: PortalRoutesOptions,
  apollo: ApolloServer<PortalContext>,
) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.setErrorHandler((error, request, reply) => {
      const failure = toFailure(error);
      if (failure.status >= 500) request.log.error({ err: error }, 'the request failed');
      return sendErrors(failure, request, reply);
    });
    app.route({
      method: 'POST',
      url: '/graphql',
      onRequest: [negotiate, authenticated(authenticate)],
      handler: fastifyApolloHandler(apollo, {
        context: (request, reply) => {
          const caller = callerOf(request, reply);
          const context = createRequestContext({
            requestId: request.id,
            operations,
            caller: () => Promise.resolve(caller),
            onUnexpectedError: (err) => request.log.error({ err }, 'a field failed'),
          });
          return Promise.resolve(context);
        },
      }),
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

/**
 * Settles the answer's media type before anything is done: `application/graphql-response+json` when the caller has no
 * say. Apollo Server would find out only after having executed.
 */
function negotiate(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { accept } = request.headers;
  if (accept === undefined) {
    request.headers.accept = GRAPHQL_RESPONSE;
  } else if (accept !== JSON_RESPONSE && accept !== GRAPHQL_RESPONSE) {
    const chosen = request.accepts().type([JSON_RESPONSE, GRAPHQL_RESPONSE]);
    if (typeof chosen !== 'string') {
      request.headers.accept = GRAPHQL_RESPONSE;
      const message = `Answers are ${GRAPHQL_RESPONSE} or ${JSON_RESPONSE}; accept one of them.`;
      sendErrors({ ...statusFailure(406), message }, request, reply);
      return;
    }
    request.headers.accept = chosen;
  }
  done();
}

function sendErrors(failure: Failure, request: FastifyRequest, reply: FastifyReply) {
  const { status, code, message, argument, retryAfter } = failure;
  const type = request.headers.accept === JSON_RESPONSE ? JSON_RESPONSE : GRAPHQL_RESPONSE;
  const extensions = { code, argument, retryAfter, requestId: request.id };
  return reply
    .code(status)
    .headers(failureHeaders(failure))
    .type(`${type}; charset=utf-8`)
    .send(JSON.stringify({ errors: [{ message, extensions }] }));
}
