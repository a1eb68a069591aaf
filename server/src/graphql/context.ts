import { PortalError } from '../errors.js';
import type { PortalOperations } from '../portal/operations.js';
import type { Caller } from '../portal/request.js';

/** The message to callers for the limit of one upstream field per request. */
export const ONE_UPSTREAM_FIELD =
  'At most one field of a request may make a call to Chargebee. Send one request for each.';

/** The part of the GraphQL context that the portal's resolvers use. A host app adds its own properties. */
export interface PortalContext {
  portal: PortalRequestContext;
}

/** The operations, and the caller of one request. */
export interface PortalRequestContext {
  /** The `x-request-id`, for errors. */
  readonly requestId: string;
  readonly operations: PortalOperations;
  /** Authenticates the caller. Rejects with `UNAUTHENTICATED` when the request is unauthenticated. */
  caller(): Promise<Caller>;
  /**
   * Must be called by each field that makes calls to Chargebee, before the first of them.
   * @throws PortalError for all but the first field of a request
   */
  claimUpstream(): void;
  /** Called for errors whose details are not sent to the caller. */
  onUnexpectedError(error: unknown): void;
}

/**
 * Creates `claimUpstream` of one request: the first call returns, all others throw. It also holds in hosts that did not install
 * the validation rules.
 */
export function createUpstreamClaim(): () => void {
  let isClaimed = false;
  return () => {
    if (isClaimed) throw new PortalError('BAD_USER_INPUT', ONE_UPSTREAM_FIELD);
    isClaimed = true;
  };
}
