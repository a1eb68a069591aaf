/** Chargebee's delays before its seven retries, in seconds: 2, 6 and 30 minutes, 1 and 5 hours, 1 and 2 days. */
export const CHARGEBEE_RETRY_DELAYS: readonly number[] = [
  120, 360, 1800, 3600, 18_000, 86_400, 172_800,
];
