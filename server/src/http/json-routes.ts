import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PortalError } from '../errors.js';
import type { Caller } from '../portal/request.js';
import { authenticated, callerOf } from './caller.js';
import { isUnexpected, statusFailure, toFailure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes.js';
import { sendProblem } from './problem.js';

const JSON_TYPE = /^application\/json *(;|$)/i;
const BEARER = /^bearer /i;

const text = z.string('must be a string').nullish();
const pageInput = z.strictObject({ customer_id: text, redirect_url: text, idempotency_key: text });
const sessionInput = pageInput.extend({ forward_url: text });

/**
 * The endpoints of Chargebee's guides for clients without GraphQL: snake_case in, Chargebee's own object out, and problem
 * details when it fails.
 */
export function jsonRoutes(options: PortalRoutesOptions) {
  const { operations } = options;
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    allowEmptyBody(app);
    app.setErrorHandler((error, request, reply) => {
      const failure = toFailure(error);
      if (isUnexpected(failure)) request.log.error({ err: error }, 'the request failed');
      const argument = failure.argument && toSnakeCase(failure.argument);
      return sendProblem({ ...failure, argument }, request, reply);
    });

    const endpoint = <Input>(
      url: string,
      schema: z.ZodType<Input>,
      answer: (caller: Caller, input: Input) => Promise<object>,
    ): void => {
      app.route({
        method: 'POST',
        url,
        onRequest: [authenticated(options), refuseSimple],
        handler: async (request: FastifyRequest, reply: FastifyReply) => {
          const input = parseInput(schema, request.body);
          const body = JSON.stringify(await answer(callerOf(request, reply), input));
          return reply.type('application/json').send(body);
        },
      });
      app.route({
        method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
        url,
        handler: (request, reply) => {
          reply.header('allow', 'POST');
          return sendProblem(statusFailure(405), request, reply);
        },
      });
    };

    endpoint('/portal-session', sessionInput, (caller, input) =>
      operations.createPortalSession(caller, {
        customerId: input.customer_id,
        redirectUrl: input.redirect_url,
        forwardUrl: input.forward_url,
        idempotencyKey: input.idempotency_key,
      }),
    );
    endpoint('/manage-payment-sources', pageInput, (caller, input) =>
      operations.createManagePaymentSourcesPage(caller, {
        customerId: input.customer_id,
        redirectUrl: input.redirect_url,
        idempotencyKey: input.idempotency_key,
      }),
    );
    done();
  };
}

/**
 * Refuses what a page of another site could send without asking by CORS, in the name of whoever is signed in: a request
 * that a browser adds all credentials to by itself, and whose content type is none that needs a preflight. Callers who prove
 * nobody have been told so before.
 */
function refuseSimple(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { authorization, 'content-type': type } = request.headers;
  if (isBearer(authorization) || (type !== undefined && JSON_TYPE.test(type))) {
    done();
    return;
  }
  const message =
    'Without a bearer token, send the content type application/json, even with no body.';
  sendProblem({ ...statusFailure(415), message }, request, reply);
}

/** No browser adds one by itself, as it does with user name and password. */
function isBearer(authorization: string | undefined): boolean {
  return authorization !== undefined && BEARER.test(authorization);
}

/** Lets a body of no length at all pass as none, which many clients declare as JSON all the same. */
function allowEmptyBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') done(null);
      else void parse(request, body, done);
    },
  );
}

/** A caller with one customer and no wishes sends no body at all. */
function parseInput<Input>(schema: z.ZodType<Input>, body: unknown): Input {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = issue?.path.join('.');
  const argument = unknown ?? (path === '' ? undefined : path);
  throw new PortalError(
    'BAD_USER_INPUT',
    unknown === undefined
      ? `${argument ?? 'The body'} ${argument ? 'must be a string' : 'must be a JSON object'}.`
      : 'There is no such argument.',
    { argument },
  );
}

/** `input.redirectUrl`, as the operations name it, is `redirect_url` here. */
function toSnakeCase(argument: string): string {
  const [, name] = /^input\.(.+)$/.exec(argument) ?? [];
  return name?.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? argument;
}
