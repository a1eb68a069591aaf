export { createLimits, type Limits, type LimitsOptions, type LimitsStatus } from './limits.js';
export type { LimitsLogger } from './redis-link.js';
export type { CallEnd, Permit, PermitRequest, UpstreamQuota } from './upstream-quota.js';
export type { UserLimit } from './user-limit.js';
