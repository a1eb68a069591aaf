import { STATUS_CODES } from 'node:http';
import { PortalError } from '../errors.js';

/** The status and contents of an error response of HTTP, outside GraphQL results. */
export interface Failure {
  status: number;
  /** A code of the contract, or the name of the status, such as `NOT_FOUND`. */
  code: string;
  message: string;
  argument?: string | undefined;
  retryAfter?: number | undefined;
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request is malformed; send a JSON object.',
  404: 'There is nothing at this address.',
  405: 'Use POST.',
  408: 'The request took too long to arrive.',
  413: 'The body is too large.',
  415: 'Send the body as application/json.',
  431: 'The headers are too large.',
};

/** An unexpected failure, whose details are not sent to the caller. */
export const INTERNAL: Failure = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something went wrong on the server.',
};

/** An error that is answered as this failure. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Node's code for a body that was aborted by the sender. Fastify sets a status for it. */
const ABORTED_BODY = 'ECONNRESET';

/** Converts an error to the failure to answer with. Unexpected errors become `INTERNAL`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof PortalError) {
    const { status, code, message, argument, retryAfter } = error;
    return { status, code, message, argument, retryAfter };
  }
  if (error instanceof FailureError) return error.failure;
  const status = fastifyStatusOf(error);
  return status !== undefined && status >= 400 && status < 500 ? statusFailure(status) : INTERNAL;
}

/**
 * Returns the status of an error thrown by Fastify. Errors of other libraries and of a host's functions may also have a
 * `statusCode`, but it does not describe this request.
 */
function fastifyStatusOf(error: unknown): number | undefined {
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const isFastifys = typeof code === 'string' && (code.startsWith('FST_') || code === ABORTED_BODY);
  return isFastifys && typeof statusCode === 'number' ? statusCode : undefined;
}

/** Returns the failure for a status without further details. */
export function statusFailure(status: number): Failure {
  const name = STATUS_CODES[status] ?? 'Bad Request';
  return {
    status,
    code: name.toUpperCase().replaceAll(/[^A-Z]+/g, '_'),
    message: MESSAGES[status] ?? MESSAGES[400] ?? name,
  };
}

/** Returns whether the failure is unexpected and must be logged. Expected ones are logged where they occur. */
export function isUnexpected({ code }: Failure): boolean {
  return code === INTERNAL.code;
}

/** Returns the response headers of a failure. */
export function failureHeaders({ status, retryAfter }: Failure): Record<string, string> {
  return {
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  };
}
