// A page without any script: its form asks this server, which makes a session and sends the browser to its access URL.
import { accessToken, serve, TIMEOUT_MS } from '../app.mjs';

const {
  PORTAL_SERVER_URL = 'http://localhost:4000',
  // Where logging out of the portal leads; its origin must be one of the server's REDIRECT_ORIGINS.
  REDIRECT_URL = 'http://localhost:4300/',
} = process.env;

const query = /* GraphQL */ `
  mutation CreatePortalSession($input: CreatePortalSessionInput) {
    createPortalSession(input: $input) {
      accessUrl
    }
  }
`;

await serve(new URL('index.html', import.meta.url), '/billing', async (response) => {
  const answer = await fetch(`${PORTAL_SERVER_URL}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await accessToken()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables: { input: { redirectUrl: REDIRECT_URL } } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { data, errors } = await answer.json();
  if (errors) {
    // Messages are for people; programs go by extensions.code.
    response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`The portal could not be opened. ${errors[0].message}\n`);
    return;
  }
  // Whoever has this URL is in the customer's portal: it goes to the customer's browser, and into no page, log or cache.
  response.writeHead(303, {
    location: data.createPortalSession.accessUrl,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end();
});
