/** The data of the page at `/`, without tokens and access URLs. Browser code imports this file, so it must not depend on Node. */
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
  /** `createdAt` is a Unix timestamp in seconds. */
  sessions: { id: string; customer: string; status: string; createdAt: number }[];
  sessionCount: number;
  /** `status` is 0 when there was no response. */
  requests: {
    id: number;
    at: string;
    method: string;
    url: string;
    status: number;
    durationMs: number;
    fault?: string;
    /** The parameters that the emulator ignored. */
    ignored: string[];
  }[];
  events: {
    id: string;
    type: string;
    occurred_at: number;
    customer_id: string;
    resource_id: string;
  }[];
  webhooks: { id: string; url: string; basic_auth: boolean; events?: string[] }[];
  /** `answer` is the result of the last attempt. Times are milliseconds on the emulator's clock. */
  deliveries: {
    id: string;
    createdAt: number;
    eventType: string;
    customer: string;
    url: string;
    status: string;
    attempts: number;
    answer: string | null;
    nextAttemptAt: number | null;
  }[];
  faults: {
    id: string;
    name?: string | undefined;
    route: string;
    method?: string | undefined;
    struck: number;
  }[];
}
