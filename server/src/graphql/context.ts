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
   * Must be called by each field that makes calls to Chargebee.
   * @throws PortalError for all but the first field of a request
   */
  claimUpstream(): void;
  /** Called for errors whose details are not sent to the caller. */
  onUnexpectedError(error: unknown): void;
}

/** The requests that have had their field that makes calls to Chargebee. */
export type ClaimedRequests = WeakSet<object>;

/**
 * Creates the context of a request. `claimUpstream` also works in hosts that did not install the validation rules.
 *
 * @param request the request that the context is for: the same one for each operation of a batch
 */
export function createRequestContext(
  options: Omit<PortalRequestContext, 'claimUpstream'>,
  request: object = {},
  claimed: ClaimedRequests = new WeakSet(),
): PortalContext {
  return {
    portal: {
      ...options,
      claimUpstream() {
        if (claimed.has(request)) throw new PortalError('BAD_USER_INPUT', ONE_UPSTREAM_FIELD);
        claimed.add(request);
      },
    },
  };
}
