import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { PortalError } from '../errors.js';
import type { Caller } from '../portal/request.js';
import { authenticated, callerOf } from './caller.js';
import { isUnexpected, statusFailure, toFailure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes.js';
import { sendProblem } from './problem.js';

const JSON_TYPE = /^application\/json *(;|$)/i;
const BEARER = /^bearer /i;

const text = v.nullish(v.string());
const pageInput = v.strictObject({ customer_id: text, redirect_url: text, idempotency_key: text });
const sessionInput = v.strictObject({ ...pageInput.entries, forward_url: text });
const noInput = v.strictObject({});

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
      schema: v.GenericSchema<unknown, Input>,
      answer: (caller: Caller, input: Input, params: { id?: string }) => Promise<object>,
    ): void => {
      app.route({
        method: 'POST',
        url,
        onRequest: [authenticated(options), refuseSimple],
        handler: async (request: FastifyRequest, reply: FastifyReply) => {
          const input = parseInput(schema, request.body);
          const params = request.params as { id?: string };
          const body = JSON.stringify(await answer(callerOf(request, reply), input, params));
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
    // Without the session's token and access URL, which open nothing any more.
    endpoint('/portal-session/:id/logout', noInput, async (caller, _input, { id = '' }) => {
      const session = await operations.logoutPortalSession(caller, id);
      const { object, status, customer_id } = session;
      return { id: session.id, object, status, customer_id };
    });
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
 * Refuses cross-site request forgery: a "simple" request in the sense of CORS, to which a browser adds its credentials by
 * itself and which needs no preflight. Unauthenticated callers have been refused before.
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

/** Browsers add user name and password by themselves, but never a bearer token. */
function isBearer(authorization: string | undefined): boolean {
  return authorization !== undefined && BEARER.test(authorization);
}

/** Accepts an empty body although its content type is JSON, as many clients send it. */
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

/** The arguments of a body; there may be no body, since every argument is optional. */
function parseInput<Input>(schema: v.GenericSchema<unknown, Input>, body: unknown): Input {
  // To valibot an array is an object too.
  const result = v.safeParse(schema, Array.isArray(body) ? 'an array' : (body ?? {}));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const argument = v.getDotPath(issue) ?? undefined;
  throw new PortalError('BAD_USER_INPUT', describeIssue(issue, argument), { argument });
}

function describeIssue({ type }: v.BaseIssue<unknown>, argument: string | undefined): string {
  if (argument === undefined) return 'The body must be a JSON object.';
  return type === 'strict_object' ? 'There is no such argument.' : `${argument} must be a string.`;
}

/** `input.redirectUrl`, as the operations name it, is `redirect_url` here. */
function toSnakeCase(argument: string): string {
  const [, name] = /^input\.(.+)$/.exec(argument) ?? [];
  return name?.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? argument;
}
