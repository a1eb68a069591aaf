import { PortalError, type PortalErrorCode } from '../portal-error';

// The server's; others, such as Apollo's own, say nothing about the portal.
const SERVER_CODES =
  /^(UNAUTHENTICATED|FORBIDDEN|SESSION_NOT|CUSTOMER_NOT|BAD_USER|RATE_LIMITED|BILLING_[UM])/;

const BY_STATUS: Record<number, PortalErrorCode | undefined> = {
  0: 'NETWORK_ERROR',
  200: 'INVALID_RESPONSE', // It could not be read.
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
  const first = (errors ?? error?.errors)?.[0];
  const { code, retryAfter, argument } = first?.extensions ?? {};
  return new PortalError(
    SERVER_CODES.test(code!)
      ? (code as PortalErrorCode)
      : (BY_STATUS[status] ?? (status > 501 ? 'BILLING_UNAVAILABLE' : fallback)),
    first?.message,
    { cause, retryAfter, argument },
  );
}
