import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { failureHeaders, type Failure } from './failure.js';

/**
 * Answers a failure as problem details (RFC 9457). The type is left out, which means `about:blank`: the status says what
 * it is, and the extension member `code` which failure of the contract.
 */
export function sendProblem(failure: Failure, request: FastifyRequest, reply: FastifyReply) {
  const { status, code, message, argument, retryAfter } = failure;
  return reply
    .code(status)
    .headers(failureHeaders(failure))
    .type('application/problem+json')
    .send(
      JSON.stringify({
        title: STATUS_CODES[status],
        status,
        detail: message,
        code,
        argument,
        retryAfter,
        requestId: request.id,
      }),
    );
}
