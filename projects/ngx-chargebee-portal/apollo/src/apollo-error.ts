import { LinkError, ServerError } from '@apollo/client';
import { ɵtoPortalError as toPortalError, type PortalError } from 'ngx-chargebee-portal';

/** A failure of Apollo's links as a `PortalError`: by the code the server gave, else by the HTTP status. */
export function apolloError(error: unknown): PortalError {
  if (ServerError.is(error)) {
    return toPortalError({ status: error.statusCode, error: parsed(error.bodyText), cause: error });
  }
  return toPortalError(isUnanswered(error) ? { status: 0, cause: error } : error);
}

/** Without an answer, Apollo's own link fails with fetch's TypeError, and apollo-angular's with the status 0 in a message. */
function isUnanswered(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    (LinkError.is(error) && /^Http failure response for .*: 0 /.test((error as Error).message))
  );
}

function parsed(body: string): object | null {
  try {
    return JSON.parse(body) as object | null;
  } catch {
    return null;
  }
}
