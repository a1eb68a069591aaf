// A page without any script: its form asks this server, which makes a session and sends the browser to its access URL.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';

const {
  PORT = '4300',
  PORTAL_SERVER_URL = 'http://localhost:4000',
  // Where logging out of the portal leads; its origin must be one of the server's REDIRECT_ORIGINS.
  REDIRECT_URL = `http://localhost:${PORT}/`,
  SIGN_IN_URL = 'http://localhost:4010/idp/token',
  USER_ID = 'juniper',
} = process.env;
/** Longer than the 9 seconds after which chargebee-portal-server answers in any case. */
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
  // Once the headers are there, Node's fetch() may lose its signal to the garbage collector: the body gets it as well.
  return json(Readable.fromWeb(response.body, { signal }));
}

/** The access token of who is signed in: in a real app, of the session cookie's user. Here it is always the same demo user. */
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
  // Whoever has this URL is in the customer's portal: it goes to the customer's browser, and into no page, log or cache.
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
      // A page of another site could post here too, and the cookie would come with it.
      if (request.headers['sec-fetch-site'] === 'same-origin') await openPortal(response);
      else response.writeHead(403).end();
      break;
    default:
      response.writeHead(404).end();
  }
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(`${error.message} ${error.cause?.code ?? ''}`.trim());
    sendText(response, 503, UNAVAILABLE);
  });
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`Open http://localhost:${PORT}`));
