import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import * as v from 'valibot';
import { PortalError } from '../errors.js';
import type { Caller } from '../portal/request.js';
import { authenticated, callerOf } from './caller.js';
import { FailureError, isUnexpected, statusFailure, toFailure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes-options.js';
import { sendProblem } from './problem.js';

const JSON_TYPE = /^application\/json *(;|$)/i;
const BEARER = /^bearer /i;

const text = v.nullish(v.string());
const pageInput = v.strictObject({ customer_id: text, redirect_url: text, idempotency_key: text });
const sessionInput = v.strictObject({ ...pageInput.entries, forward_url: text });
const noInput = v.strictObject({});

/**
 * The endpoints for clients without GraphQL, as in Chargebee's guides: they take snake_case arguments and answer with
 * Chargebee's objects, or with problem details.
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

    const onRequest = [authenticated(options), refuseSimple];
    const endpoint = <Input>(
      url: string,
      schema: v.GenericSchema<unknown, Input>,
      answer: Answer<Input>,
    ): void => registerEndpoint(app, { url, onRequest, schema, answer });

    endpoint('/portal-session', sessionInput, (caller, input) =>
      operations.createPortalSession(caller, {
        customerId: input.customer_id,
        redirectUrl: input.redirect_url,
        forwardUrl: input.forward_url,
        idempotencyKey: input.idempotency_key,
      }),
    );
    // Without the session's token and access URL, which are no longer valid.
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

/** Returns the response body of a request. */
type Answer<Input> = (caller: Caller, input: Input, params: { id?: string }) => Promise<object>;

interface Endpoint<Input> {
  url: string;
  onRequest: RouteOptions['onRequest'];
  schema: v.GenericSchema<unknown, Input>;
  answer: Answer<Input>;
}

/** Registers an endpoint for `POST`. Other methods are answered with 405. */
function registerEndpoint<Input>(
  app: FastifyInstance,
  { url, onRequest, schema, answer }: Endpoint<Input>,
): void {
  app.route({
    method: 'POST',
    url,
    onRequest,
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
}

/**
 * Prevents cross-site request forgery: rejects "simple" requests in the sense of CORS, which need no preflight and to which
 * browsers add cookies. Unauthenticated callers have been rejected before.
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

/** Browsers add Basic credentials automatically, but never a bearer token. */
function isBearer(authorization: string | undefined): boolean {
  return authorization !== undefined && BEARER.test(authorization);
}

/**
 * Accepts an empty body with any content type, or in chunks: clients such as curl and Python's urllib add a type of their own.
 * `refuseSimple` has refused those that another site can send.
 */
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
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, body, done) => {
    done(body === '' ? null : new FailureError(statusFailure(415)));
  });
}

/** Returns the arguments in a body. There may be no body, since every argument is optional. */
function parseInput<Input>(schema: v.GenericSchema<unknown, Input>, body: unknown): Input {
  // valibot accepts an array as an object.
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

/** Converts the operations' name of an argument, such as `input.redirectUrl`, to that of the endpoint, `redirect_url`. */
function toSnakeCase(argument: string): string {
  const [, name] = /^input\.(.+)$/.exec(argument) ?? [];
  return name?.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? argument;
}
