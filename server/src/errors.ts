/** The error codes of the contract (see schema.graphql), with their HTTP status on the JSON endpoints. */
export const STATUS_BY_CODE = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  SESSION_NOT_FOUND: 404,
  CUSTOMER_NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  RATE_LIMITED: 429,
  BILLING_UNAVAILABLE: 503,
  BILLING_MISCONFIGURED: 500,
} as const;

/** One of the contract's error codes. */
export type PortalErrorCode = keyof typeof STATUS_BY_CODE;

/** The details of an error. */
export interface PortalErrorDetails {
  /** The invalid argument, for `BAD_USER_INPUT`, such as `input.redirectUrl`. */
  argument?: string;
  /** Whole seconds to wait, for `RATE_LIMITED`. */
  retryAfter?: number;
  /** The underlying error, for the operator's log. Never sent to the caller. */
  cause?: unknown;
}

/**
 * An error that is sent to the caller: its message contains no text from Chargebee, no ids of others and no secrets. Any
 * other error is sent as an internal error without details.
 */
export class PortalError extends Error {
  override readonly name = 'PortalError';
  readonly code: PortalErrorCode;
  readonly argument: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: PortalErrorCode, message: string, details: PortalErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.argument = details.argument;
    this.retryAfter = details.retryAfter;
  }

  /** The HTTP status of this error on the JSON endpoints. */
  get status(): number {
    return STATUS_BY_CODE[this.code];
  }
}

/** Creates the error for requests that arrive after the server was closed. */
export function serverClosed(): PortalError {
  return new PortalError('BILLING_UNAVAILABLE', 'This server was closed. Try again.', {
    cause: new Error('this server was closed, and the request came after close()'),
  });
}
