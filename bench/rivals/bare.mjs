// The upper limit of the throughput: Node's http server, a token check, and the call to Chargebee with an undici pool.
import { createServer } from 'node:http';
import { importSPKI, jwtVerify } from 'jose';
import { Pool } from 'undici';

const pool = new Pool(process.env.CHARGEBEE_BASE_URL, { connections: 40 });
const key = await importSPKI(process.env.AUTH_PUBLIC_KEY, 'RS256');
const checks = { issuer: process.env.AUTH_ISSUER, audience: process.env.AUTH_AUDIENCE };
const authorization = `Basic ${Buffer.from(`${process.env.CHARGEBEE_API_KEY}:`).toString('base64')}`;

const server = createServer((request, response) => {
  if (request.url === '/readyz') return response.end('ok');
  request.resume().on('end', async () => {
    try {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      const { payload } = await jwtVerify(token, key, checks);
      const answer = await pool.request({
        method: 'POST',
        path: '/api/v2/portal_sessions',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: `customer[id]=${encodeURIComponent(payload.chargebee_customer_id)}`,
      });
      const { portal_session: session } = await answer.body.json();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session));
    } catch {
      response.writeHead(500).end();
    }
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
