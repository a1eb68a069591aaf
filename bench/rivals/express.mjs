// The usual implementation: Express, a token check, and Chargebee's SDK with its defaults.
import Chargebee from 'chargebee';
import express from 'express';
import { importSPKI, jwtVerify } from 'jose';

const upstream = new URL(process.env.CHARGEBEE_BASE_URL);
const chargebee = new Chargebee({
  site: upstream.hostname,
  apiKey: process.env.CHARGEBEE_API_KEY,
  protocol: 'http',
  hostSuffix: '',
  port: Number(upstream.port),
});
const key = await importSPKI(process.env.AUTH_PUBLIC_KEY, 'RS256');
const checks = { issuer: process.env.AUTH_ISSUER, audience: process.env.AUTH_AUDIENCE };

const app = express();
app.get('/readyz', (_request, response) => response.end('ok'));
app.post('/portal-session', async (request, response) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { payload } = await jwtVerify(token, key, checks);
  const { portal_session: session } = await chargebee.portalSession.create({
    customer: { id: payload.chargebee_customer_id },
  });
  response.json(session);
});
app.listen(Number(process.env.PORT), '127.0.0.1');
