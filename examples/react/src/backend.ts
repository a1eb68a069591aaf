// Sends requests to the sign-in and to chargebee-portal-server.
const { VITE_PORTAL_SERVER_URL: portalServerUrl, VITE_SIGN_IN_URL: signInUrl } = import.meta.env;

/** Longer than the server’s deadline of 9 seconds. */
const TIMEOUT_MS = 15_000;
const UNAVAILABLE = 'Billing is not available. Try again later.';

/** An error whose message can be shown to the customer. */
export class BillingError extends Error {
  constructor(
    message = UNAVAILABLE,
    readonly code = 'BILLING_UNAVAILABLE',
  ) {
    super(message);
  }
}

async function postJson<Answer>(url: string, body: object, token?: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return ((await response.json()) ?? {}) as Answer;
  } catch {
    throw new BillingError(); // offline, timeout, or not JSON
  }
}

/** Signs in a user of the emulator. Replace it with your own sign-in. */
export async function signIn(user: string): Promise<string> {
  const { access_token } = await postJson<{ access_token?: string }>(signInUrl, { user });
  if (!access_token) throw new BillingError('You could not be signed in. Try again later.');
  return access_token;
}

interface GraphqlAnswer<Data> {
  data?: Data;
  errors?: { message: string; extensions?: { code?: string } }[];
}

async function mutate<Data>(token: string, query: string): Promise<Data> {
  const url = `${portalServerUrl}/graphql`;
  const { data, errors } = await postJson<GraphqlAnswer<Data>>(url, { query }, token);
  const error = errors?.[0];
  if (error) throw new BillingError(error.message, error.extensions?.code);
  if (!data) throw new BillingError(); // the answer of a proxy
  return data;
}

/** Creates a portal session for chargebee.js. It can be used once. */
export async function createPortalSession(token: string) {
  const data = await mutate<{ createPortalSession: { id: string; token: string } }>(
    token,
    'mutation { createPortalSession { id token } }',
  );
  return data.createPortalSession;
}

interface HostedPage {
  id: string;
  type: string;
  url: string;
  state: string;
  embed: boolean;
}

/** Creates a hosted page for managing payment methods only. */
export async function createPaymentSourcesPage(token: string) {
  const data = await mutate<{ createManagePaymentSourcesPage: HostedPage }>(
    token,
    'mutation { createManagePaymentSourcesPage { id type url state embed } }',
  );
  return data.createManagePaymentSourcesPage;
}
