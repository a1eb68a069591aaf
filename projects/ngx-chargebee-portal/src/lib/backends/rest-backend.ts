import type { HttpClient } from '@angular/common/http';
import { map, type Observable } from 'rxjs';
import type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalSession,
} from './portal-backend';

/** Options of `withRest`. */
export interface RestBackendOptions {
  /** The URL that the endpoints have in common: `/billing` for `/billing/portal-session`. */
  url: string;
  /** Sends cookies also if the backend is on another origin, for apps that sign in by cookie. By default `false`. */
  withCredentials?: boolean;
}

/** The common members of Chargebee's portal session and hosted page. Times are in seconds since 1970. */
interface ChargebeeResource {
  id: string;
  created_at: number;
  expires_at?: number | null;
}

/** A portal session of Chargebee's API. */
interface ChargebeePortalSession extends ChargebeeResource {
  token: string;
  access_url: string;
  customer_id: string;
}

/** A hosted page of Chargebee's API. */
interface ChargebeeHostedPage extends ChargebeeResource {
  type: string;
  url: string;
  state: string;
  embed: boolean;
}

/** The object itself, or `{ portal_session: … }` and `{ hosted_page: … }`, as Chargebee's API wraps it. */
type Answer<Name extends string, T> = T | Partial<Record<Name, T>> | null;

/** Creates a backend that posts to the JSON endpoints with `HttpClient`. */
export function createRestBackend(
  http: HttpClient,
  { url, withCredentials }: RestBackendOptions,
): PortalBackend {
  const post = <T>(path: string, body: object): Observable<T> =>
    http.post<T>(url.replace(/\/+$/, '') + path, body, { withCredentials });

  return {
    createSession: (request) =>
      post<Answer<'portal_session', ChargebeePortalSession>>(
        '/portal-session',
        toBody(request),
      ).pipe(map((answer) => toSession(unwrap<ChargebeePortalSession>(answer, 'portal_session')))),
    createPaymentSourcesPage: (request) =>
      post<Answer<'hosted_page', ChargebeeHostedPage>>(
        '/manage-payment-sources',
        toBody(request),
      ).pipe(map((answer) => toPage(unwrap<ChargebeeHostedPage>(answer, 'hosted_page')))),
    logoutSession: (id) => post(`/portal-session/${encodeURIComponent(id)}/logout`, {}),
  };
}

function toBody({ customerId, redirectUrl, forwardUrl, idempotencyKey }: PortalRequest): object {
  return {
    customer_id: customerId,
    redirect_url: redirectUrl,
    forward_url: forwardUrl,
    idempotency_key: idempotencyKey,
  };
}

function unwrap<T>(answer: Answer<string, T>, name: string): Partial<T> {
  return (answer as Partial<Record<string, T>> | null)?.[name] ?? (answer as T) ?? {};
}

// Members may be missing: `askBackend` validates the answer.
function toSession(session: Partial<ChargebeePortalSession>): PortalSession {
  return {
    ...toResource(session),
    token: session.token!,
    accessUrl: session.access_url!,
    customerId: session.customer_id!,
  };
}

function toPage(page: Partial<ChargebeeHostedPage>): ManagePaymentSourcesPage {
  return {
    ...toResource(page),
    type: page.type!,
    url: page.url!,
    state: page.state!,
    embed: page.embed!,
  };
}

function toResource({ id, created_at, expires_at }: Partial<ChargebeeResource>) {
  return { id: id!, createdAt: toIsoTime(created_at)!, expiresAt: toIsoTime(expires_at) };
}

function toIsoTime(seconds: number | null | undefined): string | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : undefined;
}
