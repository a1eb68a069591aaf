import type { FaultInput } from '../faults/fault.js';

/** The faults that can be switched on and off on the page at `/`. */
export const FAULT_PRESETS: readonly (FaultInput & { name: string })[] = [
  { name: 'API is down (503)', route: 'api', status: 503 },
  { name: 'API answers 429, retry after 5 s', route: 'api', status: 429, retryAfter: 5 },
  { name: 'API refuses the key (401)', route: 'api', status: 401 },
  { name: 'API is slow (6 s)', route: 'api', latency: 6000 },
  { name: 'API answers HTML (502)', route: 'api', status: 502, body: 'html' },
  { name: 'API answers half a body', route: 'api', body: 'cut', processed: true },
  { name: 'API resets the connection', route: 'api', reset: true },
  { name: 'chargebee.js is unavailable', route: 'chargebee.js', reset: true },
  { name: 'chargebee.js is slow (8 s)', route: 'chargebee.js', latency: 8000 },
  // Only POST fails, so that the page loads and shows the error.
  { name: 'Portal sign-in fails (401)', route: 'authenticate', method: 'POST', status: 401 },
  { name: 'Portal pages fail (500)', route: 'portal', status: 500 },
  { name: 'Webhooks come 30 s late', route: 'webhooks', latency: 30_000 },
  { name: 'Webhooks come twice', route: 'webhooks', delivery: 'twice' },
  { name: 'Webhooks come out of order', route: 'webhooks', delivery: 'out_of_order' },
  { name: 'Webhooks never come', route: 'webhooks', delivery: 'never' },
];
