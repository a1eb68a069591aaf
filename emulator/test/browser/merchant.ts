import Fastify from 'fastify';

/** A merchant's app: any origin but the emulator's. Serves the HTML it is given. */
export interface Merchant {
  origin: string;
  close(): Promise<void>;
}

export interface MerchantPage {
  /** Where chargebee.js comes from. */
  script: string;
  csp?: string;
  body?: string;
}

const page = ({ script, body = '' }: MerchantPage): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Merchant</title>
<link rel="icon" href="data:,"></head><body>
<h1>Merchant</h1><a href="#behind" id="behind">A link of the page</a>
<button id="open">Manage billing</button>${body}
<script src="${script}"></script></body></html>`;

/** @param get What the page holds, asked at every request. */
export async function startMerchant(get: () => MerchantPage): Promise<Merchant> {
  const app = Fastify({ forceCloseConnections: true });
  app.get('/', async (_request, reply) => {
    const merchant = get();
    if (merchant.csp) reply.header('content-security-policy', merchant.csp);
    return reply.type('text/html').send(page(merchant));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://localhost:${port}`, close: () => app.close() };
}
