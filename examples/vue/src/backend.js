// Asks the sign-in and chargebee-portal-server.
const { VITE_PORTAL_SERVER_URL: portalServerUrl, VITE_SIGN_IN_URL: signInUrl } = import.meta.env;

/** Longer than the server’s own deadline of 9 seconds. */
const TIMEOUT_MS = 15_000;
const UNAVAILABLE = 'Billing is not available. Try again later.';

/** A failure with a message for the customer. */
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
    return await response.json();
  } catch {
    throw new BillingError(); // offline, too slow, or no JSON
  }
}

/** Signs a user of the emulator in; your own sign-in takes its place. */
export async function signIn(user) {
  const { access_token: token } = await postJson(signInUrl, { user });
  if (!token) throw new BillingError('You could not be signed in. Try again later.');
  return token;
}

async function mutate(token, query) {
  const headers = { authorization: `Bearer ${token}` };
  const { data, errors } = await postJson(`${portalServerUrl}/graphql`, { query }, headers);
  if (errors) throw new BillingError(errors[0].message, errors[0].extensions?.code);
  return data;
}

/** A session for chargebee.js. It opens one portal, once. */
export async function createPortalSession(token) {
  const data = await mutate(token, 'mutation { createPortalSession { id token } }');
  return data.createPortalSession;
}

/** A page on which the customer manages payment methods alone. */
export async function createPaymentSourcesPage(token) {
  const data = await mutate(
    token,
    'mutation { createManagePaymentSourcesPage { id type url state embed } }',
  );
  return data.createManagePaymentSourcesPage;
}
