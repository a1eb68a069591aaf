import type { IncomingMessage } from 'node:http';
import type { PortalUser } from '../identity/user.js';
import type { PortalMetrics } from '../observability/metrics.js';
import type { SampledLog } from '../observability/sampled-log.js';
import type { PortalOperations } from '../portal/operations.js';

/** The dependencies of the routes for the operations, GraphQL and JSON. */
export interface PortalRoutesOptions {
  operations: PortalOperations;
  /** Finds the user of a request. Rejects with `UNAUTHENTICATED`. */
  authenticate: (request: IncomingMessage) => Promise<PortalUser>;
  metrics: PortalMetrics;
  /** The log of refused callers. */
  rejectionLog: SampledLog;
}
