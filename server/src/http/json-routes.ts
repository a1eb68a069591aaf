import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PortalError } from '../errors.js';
import type { Caller } from '../portal/request.js';
import { authenticated, callerOf } from './caller.js';
import { statusFailure, toFailure } from './failure.js';
import type { PortalRoutesOptions } from './portal-routes.js';
import { sendProblem } from './problem.js';

const text = z.string('must be a string').nullish();
const pageInput = z.strictObject({ customer_id: text, redirect_url: text, idempotency_key: text });
const sessionInput = pageInput.extend({ forward_url: text });

/**
 * The endpoints of Chargebee's guides for clients without GraphQL: snake_case in, Chargebee's own object out, and problem
 * details when it fails.
 */
export function jsonRoutes({ operations, authenticate }: PortalRoutesOptions) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.setErrorHandler((error, request, reply) => {
      const failure = toFailure(error);
      if (failure.status >= 500) request.log.error({ err: error }, 'the request failed');
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
        onRequest: authenticated(authenticate),
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
