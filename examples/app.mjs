// What any app has of its own: a sign-in, and a server of a page and of what the page asks for.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const {
  PORT = '4300',
  CHARGEBEE_URL = 'http://localhost:4010',
  IDENTITY_URL = 'http://localhost:4010/idp',
  USER_ID = 'juniper',
} = process.env;

/** Longer than the server's own deadline, which answers when it comes. */
export const TIMEOUT_MS = 10_000;

/**
 * The access token of whoever is signed in: in a real app, of whoever's session cookie came with the request. Here that is
 * always the same demo user, whom the emulator's identity provider signs in.
 *
 * @returns {Promise<string>}
 */
export async function accessToken() {
  const response = await fetch(`${IDENTITY_URL}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: USER_ID }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`The identity provider answers ${response.status}.`);
  const { access_token } = await response.json();
  return access_token;
}

/**
 * Serves a page, and one path that the page posts to; nobody else's page may, for a cookie would come with that too.
 *
 * @param {URL} file the page's
 * @param {string} path
 * @param {(response: import('node:http').ServerResponse) => Promise<void>} post
 */
export async function serve(file, path, post) {
  const page = (await readFile(file, 'utf8')).replaceAll('%chargebeeUrl%', CHARGEBEE_URL);

  async function answer(request, response) {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(page);
        break;
      case `POST ${path}`:
        if (request.headers['sec-fetch-site'] === 'same-origin') await post(response);
        else response.writeHead(403).end();
        break;
      default:
        response.writeHead(404).end();
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.writeHead(502).end();
    });
  });
  server.listen(Number(PORT), '127.0.0.1', () => console.log(`Open http://localhost:${PORT}`));
}
