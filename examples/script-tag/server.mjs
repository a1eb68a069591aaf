// The page opens the portal with chargebee.js; this server asks for the session, so that no access token is in the browser.
import { accessToken, serve, TIMEOUT_MS } from '../app.mjs';

const { PORTAL_SERVER_URL = 'http://localhost:4000' } = process.env;

await serve(new URL('index.html', import.meta.url), '/portal-session', async (response) => {
  const answer = await fetch(`${PORTAL_SERVER_URL}/portal-session`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await accessToken()}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // Handed on as it is: a portal session as chargebee.js takes it, or what is wrong (RFC 9457).
  const body = await answer.text();
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/json',
    'cache-control': 'no-store',
  });
  response.end(body);
});
