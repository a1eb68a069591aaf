// Opens the portal without JavaScript in the page: the form posts to this server, which creates a portal session and
// redirects the browser to its access URL.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';

const {
  PORT = '4300',
  PORTAL_SERVER_URL = 'http://localhost:4000',
  // The URL after logging out of the portal. Its origin must be one of the server's REDIRECT_ORIGINS.
  REDIRECT_URL = `http://localhost:${PORT}/`,
  SIGN_IN_URL = 'http://localhost:4010/idp/token',
  USER_ID = 'juniper',
} = process.env;
/** Longer than the deadline of chargebee-portal-server, 9 seconds. */
const TIMEOUT_MS = 10_000;
const UNAVAILABLE = 'Billing is not available. Try again later.';

const page = await readFile(new URL('index.html', import.meta.url));
const query = /* GraphQL */ `
  mutation CreatePortalSession($input: CreatePortalSessionInput) {
    createPortalSession(input: $input) {
      accessUrl
    }
  }
`;

async function postJson(url, body, headers = {}) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'error',
    signal,
  });
  // Pass the signal to the body too: after the headers, Node's fetch() may ignore it, because it can be garbage collected.
  return json(Readable.fromWeb(response.body, { signal }));
}

/** Returns the user's access token. Here it is always the same demo user; a real app takes the user of the session cookie. */
async function accessToken() {
  const { access_token: token } = await postJson(SIGN_IN_URL, { user: USER_ID });
  return token;
}

async function openPortal(response) {
  const input = { redirectUrl: REDIRECT_URL };
  const headers = { authorization: `Bearer ${await accessToken()}` };
  const url = `${PORTAL_SERVER_URL}/graphql`;
  const { data, errors } = await postJson(url, { query, variables: { input } }, headers);
  if (errors) return sendText(response, 502, errors[0].message);
  // Anyone with this URL has access to the customer's portal, so it must not be in a page, a log or a cache.
  response.writeHead(303, {
    location: data.createPortalSession.accessUrl,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end();
}

function sendText(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`The portal could not be opened. ${text}\n`);
}

async function handle(request, response) {
  switch (`${request.method} ${request.url}`) {
    case 'GET /':
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(page);
      break;
    case 'POST /billing':
      // Another site's page could post here too, and the browser would send the cookie.
      if (request.headers['sec-fetch-site'] === 'same-origin') await openPortal(response);
      else response.writeHead(403).end();
      break;
    default:
      response.writeHead(404).end();
  }
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    // Not the message, which may contain a part of an answer with its token, or the password in a URL.
    const detail = error.cause?.code ?? error.cause?.message ?? '';
    console.error(`The portal could not be opened: ${error.name} ${detail}`.trim());
    sendText(response, 503, UNAVAILABLE);
  });
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`Open http://localhost:${PORT}`));
