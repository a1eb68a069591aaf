import type { ObservableInput } from 'rxjs';

/** The parameters of a request for a portal session or a page. */
export interface PortalRequest {
  /** The id of the customer in Chargebee. By default the backend uses the user's only customer. */
  customerId?: string;
  /** The URL to which Chargebee redirects when the customer leaves the portal. */
  redirectUrl?: string;
  /** The URL of a page within the portal, which the access URL then opens. */
  forwardUrl?: string;
  /** A random key for each click. If a request is repeated with the same key, return the same session. */
  idempotencyKey?: string;
}

/** A portal session or a page. It can be opened once, for a limited time. */
export interface PortalResource {
  /** The id in Chargebee. */
  id: string;
  /** The time of creation, ISO 8601. */
  createdAt: string;
  /** The time until which it can be opened, ISO 8601; by default an hour after its creation. */
  expiresAt?: string | null;
}

/** A portal session. It is a secret of the user: do not store or log it. */
export interface PortalSession extends PortalResource {
  /** The token with which chargebee.js opens the portal. */
  token: string;
  /** The URL that opens the portal without chargebee.js. */
  accessUrl: string;
  /** The id of the customer whose portal it opens. */
  customerId: string;
}

/** A page for managing payment methods. It is a secret of the user: do not store or log it. */
export interface ManagePaymentSourcesPage extends PortalResource {
  /** Chargebee's type of the page: `manage_payment_sources`. */
  type: string;
  /** The URL of the page. */
  url: string;
  /** Chargebee's state of the page, such as `created`. */
  state: string;
  /** Whether the page may be shown in an iframe. */
  embed: boolean;
}

/**
 * Requests sessions from a backend; see `withBackend`. Each method returns a promise, or an observable of which the first
 * value is used. Fail with a `PortalError` to set its code. Other errors are converted: those of `HttpClient` by the
 * backend's code or the HTTP status, all others to `UNKNOWN`.
 */
export interface PortalBackend {
  /** Creates a portal session for the signed-in user. */
  createSession(request: PortalRequest): ObservableInput<PortalSession>;
  /** Creates a page with which the signed-in user can manage payment methods. */
  createPaymentSourcesPage(request: PortalRequest): ObservableInput<ManagePaymentSourcesPage>;
  /** Ends a session of the signed-in user. */
  logoutSession(id: string): ObservableInput<unknown>;
}
