import { ServerError } from '@apollo/client';
import { ɵtoPortalError as toPortalError, type PortalError } from 'ngx-chargebee-portal';

/** A failure of Apollo's links as a `PortalError`: by the code the server gave, else by the HTTP status. */
export function apolloError(error: unknown): PortalError {
  if (ServerError.is(error)) {
    return toPortalError({ status: error.statusCode, error: parsed(error.bodyText), cause: error });
  }
  // What fetch rejects with when there is no answer.
  if (error instanceof TypeError) return toPortalError({ status: 0, cause: error });
  return toPortalError(error);
}

function parsed(body: string): object | null {
  try {
    return JSON.parse(body) as object | null;
  } catch {
    return null;
  }
}
