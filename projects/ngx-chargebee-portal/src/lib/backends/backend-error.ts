import { PortalError, type PortalErrorCode } from '../portal-error';

// The beginnings of the server's codes; Apollo's own, such as INTERNAL_SERVER_ERROR, have others.
const SERVER_CODES = /^(UNAUTH|FORBID|SESS|CUST|BAD_U|RATE|BILL)/;

const BY_STATUS: Record<number, PortalErrorCode | undefined> = {
  0: 'NETWORK_ERROR',
  401: 'UNAUTHENTICATED',
  429: 'RATE_LIMITED',
};

/** What a GraphQL answer, Angular's `HttpErrorResponse` and Apollo's errors have in common, as far as it is read. */
export interface BackendFailure {
  errors?: readonly GraphqlFailure[];
  error?: { errors?: readonly GraphqlFailure[] } | null;
  status?: number;
}

interface GraphqlFailure {
  message?: string;
  extensions?: { code?: string; retryAfter?: number; argument?: string };
}

/** Any failure as a `PortalError`: by the code the server gave, else by the HTTP status, else with the fallback. */
export function toPortalError(cause: unknown, fallback: PortalErrorCode = 'UNKNOWN'): PortalError {
  if (cause instanceof PortalError) return cause;
  const { errors, error, status = 1 } = (cause ?? {}) as BackendFailure;
  const [first] = errors ?? error?.errors ?? [];
  const { code = '', retryAfter, argument } = first?.extensions ?? {};
  return new PortalError(
    SERVER_CODES.test(code)
      ? (code as PortalErrorCode)
      : (BY_STATUS[status] ?? (status > 501 ? 'BILLING_UNAVAILABLE' : fallback)),
    first?.message,
    { cause, retryAfter, argument },
  );
}
