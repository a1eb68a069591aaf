import { PortalError, type PortalErrorCode } from '../portal/portal-error';

/** The codes of the backend's schema. Other codes, such as those of Apollo Server, say nothing about the portal. */
const CONTRACT_CODES: readonly PortalErrorCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'SESSION_NOT_FOUND',
  'CUSTOMER_NOT_FOUND',
  'BAD_USER_INPUT',
  'RATE_LIMITED',
  'BILLING_UNAVAILABLE',
  'BILLING_MISCONFIGURED',
];

/** The codes for errors without a code. Status 0 is Angular's for a request without an answer. */
const CODES_BY_STATUS: Readonly<Record<number, PortalErrorCode | undefined>> = {
  0: 'NETWORK_ERROR',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'ENDPOINT_NOT_FOUND',
  429: 'RATE_LIMITED',
  502: 'BILLING_UNAVAILABLE',
  503: 'BILLING_UNAVAILABLE',
  504: 'BILLING_UNAVAILABLE',
};

/** The members that may be read of a GraphQL answer, of problem details, of `HttpErrorResponse` and of Apollo's errors. */
export interface BackendFailure {
  /** The HTTP status; 0 if there was no answer. */
  status?: number;
  headers?: { get(name: string): string | null };
  /** The data of a GraphQL answer. */
  data?: unknown;
  /** The errors of a GraphQL answer. */
  errors?: readonly GraphqlError[];
  /** The body of the answer: that of GraphQL, problem details, or a text. */
  error?: ({ errors?: readonly GraphqlError[] } & ProblemDetails) | string | null;
}

interface FailureDetails {
  code?: string;
  argument?: string;
  retryAfter?: number;
}

interface GraphqlError {
  message?: string;
  extensions?: FailureDetails;
}

interface ProblemDetails extends FailureDetails {
  detail?: string;
  message?: string;
}

/** Converts any error to a `PortalError`: by the backend's code, else by the HTTP status, else with the fallback. */
export function toPortalError(cause: unknown, fallback: PortalErrorCode = 'UNKNOWN'): PortalError {
  if (cause instanceof PortalError) return cause;
  const failure = (cause ?? {}) as BackendFailure;
  const { message, code, argument, retryAfter } = readDetails(failure);
  const contractCode = CONTRACT_CODES.find((known) => known === code);
  const portalCode = contractCode ?? codeOfStatus(failure.status) ?? fallback;
  // An answer that is malformed or has both data and errors may contain a session, which apps would log with the error.
  const mayHaveSession = portalCode === 'INVALID_RESPONSE' || failure.data;
  return new PortalError(portalCode, message, {
    cause: mayHaveSession ? undefined : cause,
    argument,
    retryAfter: retryAfter ?? readRetryAfter(failure),
  });
}

/** Reads the first error of a GraphQL answer, or the problem details of a JSON endpoint. */
function readDetails({ errors, error }: BackendFailure): FailureDetails & { message?: string } {
  // A body that is not JSON is a string.
  const body = typeof error === 'object' && error ? error : {};
  const graphqlErrors = errors ?? body.errors;
  if (Array.isArray(graphqlErrors)) {
    const { message, extensions } = (graphqlErrors[0] ?? {}) as GraphqlError;
    return { message, ...extensions };
  }
  const { code, argument, retryAfter, detail, message } = body;
  return {
    code,
    // The JSON endpoints name arguments in snake case: redirect_url for redirectUrl.
    argument:
      typeof argument === 'string'
        ? argument.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
        : undefined,
    retryAfter,
    message: detail ?? (code ? message : undefined),
  };
}

function readRetryAfter({ headers }: BackendFailure): number | undefined {
  const seconds = Number.parseInt(headers?.get('retry-after') ?? '', 10);
  return seconds >= 0 ? seconds : undefined;
}

/** Returns the code for an HTTP status. Usually a proxy or another server has answered, since the backend sends a code. */
function codeOfStatus(status: unknown): PortalErrorCode | undefined {
  if (typeof status !== 'number') return undefined;
  const code = CODES_BY_STATUS[status];
  if (code) return code;
  if (status >= 500) return 'BACKEND_FAILED';
  return status >= 400 ? 'BAD_REQUEST' : 'INVALID_RESPONSE';
}
