import type { IncomingMessage } from 'node:http';
import type { PortalUser } from '../identity/user.js';
import type { PortalMetrics } from '../observability/metrics.js';
import type { SampledLog } from '../observability/sampled-log.js';
import type { PortalOperations } from '../portal/operations.js';

/** What the routes that reach the operations need. */
export interface PortalRoutesOptions {
  operations: PortalOperations;
  /** Finds who a request is from; rejects with `UNAUTHENTICATED`. */
  authenticate: (request: IncomingMessage) => Promise<PortalUser>;
  metrics: PortalMetrics;
  /** Where refused callers are written down. */
  refusals: SampledLog;
}
