import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { failureHeaders, type Failure } from './failure.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** Answers with a failure as problem details. */
export function sendProblem(failure: Failure, request: FastifyRequest, reply: FastifyReply) {
  return reply
    .code(failure.status)
    .headers(failureHeaders(failure))
    .type(PROBLEM_TYPE)
    .send(problemOf(failure, request.id));
}

/**
 * Serializes a failure as problem details (RFC 9457). There is no type, which means `about:blank`; the extension member `code`
 * holds the contract's error code.
 */
export function problemOf(failure: Failure, requestId: string): string {
  const { status, code, message, argument, retryAfter } = failure;
  const title = STATUS_CODES[status];
  return JSON.stringify({ title, status, detail: message, code, argument, retryAfter, requestId });
}
