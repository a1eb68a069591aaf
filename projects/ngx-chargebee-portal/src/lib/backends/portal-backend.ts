import type { ObservableInput } from 'rxjs';

/** The parameters of a session or a page. */
export interface PortalRequest {
  /** The customer; left out, the backend takes the user's only one. */
  customerId?: string;
  /** Where the portal leads when it is left. */
  redirectUrl?: string;
  /** Where in the portal its access URL leads: an address within the portal. */
  forwardUrl?: string;
  /** One per user gesture. A repeated request with the same key returns the same session. */
  idempotencyKey?: string;
}

/** What can be opened, once and for a limited time. */
export interface PortalResource {
  /** Chargebee's id. */
  id: string;
  /** When it was made, ISO 8601. */
  createdAt: string;
  /** Until when it can be opened, ISO 8601; an hour, when left out. */
  expiresAt?: string | null;
}

/** A session in the portal. A secret of the user: never store or log it. */
export interface PortalSession extends PortalResource {
  /** What chargebee.js opens the portal with. */
  token: string;
  /** Opens the portal without chargebee.js. */
  accessUrl: string;
  /** The customer whose portal it is. */
  customerId: string;
}

/** A page that manages payment methods alone. A secret of the user: never store or log it. */
export interface ManagePaymentSourcesPage extends PortalResource {
  /** What the page is for, as Chargebee names it. */
  type: string;
  /** Opens the page. */
  url: string;
  /** How far the page has got, as Chargebee names it. */
  state: string;
  /** Whether the page may be shown in an iframe. */
  embed: boolean;
}

/**
 * Where sessions come from. Each method answers once, with a promise or an observable, and fails with a
 * `PortalError`, or with anything else, which is then reported as `UNKNOWN`.
 */
export interface PortalBackend {
  /** Makes a portal session for the signed-in user. */
  createSession(request: PortalRequest): ObservableInput<PortalSession>;
  /** Makes a page for managing payment methods for the signed-in user. */
  createPaymentSourcesPage(request: PortalRequest): ObservableInput<ManagePaymentSourcesPage>;
  /** Ends a session of the signed-in user. */
  logoutSession(id: string): ObservableInput<unknown>;
}
