export { createLimits, type Limits, type LimitsOptions, type LimitsStatus } from './limits.js';
export type { CallEnd, UpstreamQuota } from './upstream-quota.js';
