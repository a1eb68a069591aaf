/**
 * The ways a request can fail, as the contract names them (see schema.graphql), with the HTTP status that the
 * JSON endpoints answer for each.
 */
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

/** What an error carries beside its code. */
export interface PortalErrorDetails {
  /** The argument that is wrong, for `BAD_USER_INPUT`: `input.redirectUrl`, say. */
  argument?: string;
  /** Whole seconds to wait, for `RATE_LIMITED`. */
  retryAfter?: number;
  /** What really happened, for the operator's log. Never part of an answer. */
  cause?: unknown;
}

/**
 * A failure that the caller may see: its message holds no text of Chargebee's, no foreign id, no secret.
 * Everything else that is thrown is answered as an internal error.
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

  /** The HTTP status the same failure has on the JSON endpoints. */
  get status(): number {
    return STATUS_BY_CODE[this.code];
  }
}

/** The failure of a request that comes after the server was closed. */
export function closed(): PortalError {
  return new PortalError('BILLING_UNAVAILABLE', 'This server was closed. Try again.', {
    cause: new Error('this server was closed, and the request came after close()'),
  });
}
