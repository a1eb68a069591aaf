/** What the page at `/` shows. It holds nothing that opens anything, and is read by a browser: so it needs nothing of Node. */
export interface Overview {
  site: string;
  url: string;
  clock: { iso: string; offset: number };
  customers: {
    id: string;
    name: string;
    card: string | null;
    subscriptions: { id: string; plan: string; status: string }[];
  }[];
  customerCount: number;
  /** `createdAt` in UTC seconds. */
  sessions: { id: string; customer: string; status: string; createdAt: number }[];
  sessionCount: number;
  /** `status` is 0 when there was no answer. */
  requests: {
    id: number;
    at: string;
    method: string;
    url: string;
    status: number;
    durationMs: number;
    fault?: string;
  }[];
  events: {
    id: string;
    type: string;
    occurred_at: number;
    customer_id: string;
    resource_id: string;
  }[];
  faults: {
    id: string;
    name?: string | undefined;
    route: string;
    method?: string | undefined;
    struck: number;
  }[];
}
