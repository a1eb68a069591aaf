import { LinkError, ServerError, ServerParseError } from '@apollo/client';
import { ɵtoPortalError as toPortalError, type PortalError } from 'ngx-chargebee-portal';

/** Converts an error of Apollo's links to a `PortalError`: by the backend's code, else by the HTTP status. */
export function apolloError(error: unknown): PortalError {
  if (ServerError.is(error)) {
    return toPortalError({
      status: error.statusCode,
      error: parseJson(error.bodyText),
      cause: error,
    });
  }
  // Its text is left out, because it may contain a session.
  if (ServerParseError.is(error)) return toPortalError({ status: error.statusCode });
  return toPortalError(isUnanswered(error) ? { status: 0, cause: error } : error);
}

/** Returns whether the request has no answer: Apollo's link throws a TypeError then, apollo-angular's has status 0 in the message. */
function isUnanswered(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    (LinkError.is(error) && /^Http failure response for .*: 0 /.test((error as Error).message))
  );
}

function parseJson(body: string): object | null {
  try {
    return JSON.parse(body) as object | null;
  } catch {
    return null;
  }
}
