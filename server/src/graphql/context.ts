import { PortalError } from '../errors.js';
import type { PortalOperations } from '../portal/operations.js';
import type { Caller } from '../portal/request.js';

/** The rule that holds for every request, in words for the caller. */
export const ONE_UPSTREAM_FIELD =
  'At most one field of a request may make a call to Chargebee. Send one request for each.';

/** What the portal's resolvers find in the context of an operation; a host app adds its own beside it. */
export interface PortalContext {
  portal: PortalRequestContext;
}

/** One request's way to the operations. */
export interface PortalRequestContext {
  /** `x-request-id`, for errors. */
  readonly requestId: string;
  readonly operations: PortalOperations;
  /** Who asks; rejects with `UNAUTHENTICATED` when the request proves nobody. */
  caller(): Promise<Caller>;
  /** Called by each field that goes upstream; refuses all but the first of a request. */
  claimUpstream(): void;
  /** Called for failures of which the caller learns nothing. */
  onUnexpectedError(error: unknown): void;
}

/** What every request has: `claimUpstream` holds even where the validation rules are not installed. */
export function createRequestContext(
  options: Omit<PortalRequestContext, 'claimUpstream'>,
): PortalContext {
  let claimed = false;
  return {
    portal: {
      ...options,
      claimUpstream() {
        if (claimed) throw new PortalError('BAD_USER_INPUT', ONE_UPSTREAM_FIELD);
        claimed = true;
      },
    },
  };
}
