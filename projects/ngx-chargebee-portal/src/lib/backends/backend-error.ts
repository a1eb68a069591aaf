import { PortalError, type PortalErrorCode } from '../portal-error';

const SERVER_CODES =
  /^(UNAUTHENTICATED|FORBIDDEN|(SESSION|CUSTOMER)_NOT_FOUND|BAD_USER_INPUT|RATE_LIMITED|BILLING_(UNAVAILABLE|MISCONFIGURED))$/;

const BY_STATUS: Record<number, PortalErrorCode> = {
  0: 'NETWORK_ERROR',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'RATE_LIMITED',
  502: 'BILLING_UNAVAILABLE',
  503: 'BILLING_UNAVAILABLE',
  504: 'BILLING_UNAVAILABLE',
};

/** What GraphQL errors, Angular's `HttpErrorResponse` and Apollo Client's errors have in common, as far as it is read. */
interface BackendFailure {
  errors?: readonly GraphqlFailure[];
  error?: { errors?: readonly GraphqlFailure[] } | null;
  bodyText?: string;
  status?: number;
  statusCode?: number;
}

interface GraphqlFailure {
  message?: string;
  extensions?: { code?: unknown; retryAfter?: unknown; argument?: unknown };
}

/** Any failure of a backend as a `PortalError`: by the code the server gave, else by the HTTP status. */
export function toPortalError(cause: unknown): PortalError {
  if (cause instanceof PortalError) return cause;
  const failure = (cause ?? {}) as BackendFailure;
  const [first] = failure.errors ?? failure.error?.errors ?? errorsIn(failure.bodyText);
  const { code, retryAfter, argument } = first?.extensions ?? {};
  const status = failure.status ?? failure.statusCode;
  const known = SERVER_CODES.test(String(code))
    ? (code as PortalErrorCode)
    : status === undefined
      ? cause instanceof TypeError && 'NETWORK_ERROR' // What fetch rejects with.
      : BY_STATUS[status];
  return new PortalError(known || 'UNKNOWN', first?.message ?? 'The backend failed.', {
    cause,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
    argument: typeof argument === 'string' ? argument : undefined,
  });
}

function errorsIn(body = ''): readonly GraphqlFailure[] {
  try {
    return (JSON.parse(body) as BackendFailure).errors ?? [];
  } catch {
    return [];
  }
}
