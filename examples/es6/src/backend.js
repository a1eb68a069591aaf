// Sends requests to the sign-in and to chargebee-portal-server.
const { VITE_PORTAL_SERVER_URL: portalServerUrl, VITE_SIGN_IN_URL: signInUrl } = import.meta.env;

/** Longer than the server’s deadline of 9 seconds. */
const TIMEOUT_MS = 15_000;
const UNAVAILABLE = 'Billing is not available. Try again later.';

/** An error whose message can be shown to the customer. */
export class BillingError extends Error {
  constructor(message = UNAVAILABLE, code = 'BILLING_UNAVAILABLE') {
    super(message);
    this.code = code;
  }
}

async function postJson(url, body, headers = {}) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) ?? {};
  } catch {
    throw new BillingError(); // offline, timeout, or not JSON
  }
}

/** Signs in a user of the emulator. Replace it with your own sign-in. */
export async function signIn(user) {
  const { access_token: token } = await postJson(signInUrl, { user });
  if (!token) throw new BillingError('You could not be signed in. Try again later.');
  return token;
}

async function mutate(token, query) {
  const headers = { authorization: `Bearer ${token}` };
  const { data, errors } = await postJson(`${portalServerUrl}/graphql`, { query }, headers);
  if (errors) throw new BillingError(errors[0].message, errors[0].extensions?.code);
  if (!data) throw new BillingError(); // the answer of a proxy
  return data;
}

/** Creates a portal session for chargebee.js. It can be used once. */
export async function createPortalSession(token) {
  const data = await mutate(token, 'mutation { createPortalSession { id token } }');
  return data.createPortalSession;
}

/** Creates a hosted page for managing payment methods only. */
export async function createPaymentSourcesPage(token) {
  const data = await mutate(
    token,
    'mutation { createManagePaymentSourcesPage { id type url state embed } }',
  );
  return data.createManagePaymentSourcesPage;
}
