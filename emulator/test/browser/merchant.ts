import Fastify from 'fastify';

/** A merchant's app, on its own origin. */
export interface Merchant {
  origin: string;
  close(): Promise<void>;
}

export interface MerchantOptions {
  /** Returns the URL of chargebee.js. */
  scriptUrl: () => string;
  /** Create the portal session or hosted page that the server responds with. Undefined makes the server respond with an error. */
  session: () => { token: string } | undefined;
  hostedPage: () => { url: string } | undefined;
}

/** The script of the merchant's pages. It records every callback with its argument. */
const script = `
const names = ['loaded', 'close', 'error', 'visit', 'success', 'step', 'paymentSourceAdd', 'paymentSourceUpdate', 'paymentSourceRemove',
  'subscriptionChanged', 'subscriptionCustomFieldsChanged', 'subscriptionCancelled', 'subscriptionResumed', 'subscriptionPaused',
  'scheduledPauseRemoved', 'scheduledCancellationRemoved', 'subscriptionReactivated', 'subscriptionExtended'];
const requestJson = (path) => () => {
  merchant.requestCount += 1;
  return fetch(path).then((response) => response.ok ? response.json() : Promise.reject(new Error('no ' + path)));
};
const merchant = {
  calls: [],
  requestCount: 0,
  callbacks: (prefix = '') => Object.fromEntries(names.map((name) => [name, (data) => {
    const isError = data instanceof Error;
    merchant.calls.push(data === undefined ? [prefix + name] : [prefix + name, isError ? data.message : data]);
    // An element lets tests wait without evaluating code, which a strict CSP blocks.
    const item = document.createElement('li');
    item.dataset.call = prefix + name;
    document.getElementById('calls').append(item);
  }])),
  init(options) {
    const instance = Chargebee.init({ site: 'acme-test', ...options });
    instance.setPortalSession(requestJson('/session'));
    return instance;
  },
  get instance() { return Chargebee.getInstance(); },
  open(forward, options = merchant.callbacks()) { merchant.instance.createChargebeePortal().open(options, forward); },
  openSection(section, params) { merchant.instance.createChargebeePortal().openSection({ sectionType: section, params }, merchant.callbacks()); },
  hostedPageOptions: () => ({ hostedPage: requestJson('/hosted-page') }),
  checkout(options) { merchant.instance.openCheckout({ ...merchant.hostedPageOptions(), ...merchant.callbacks(), ...options }); },
};
document.getElementById('open').addEventListener('click', () => merchant.open());
`;

const page = (
  scriptUrl: string,
  { nonce, site }: { nonce?: string; site?: string },
) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Merchant</title>
<link rel="icon" href="data:,"></head><body><main><h1>Merchant</h1><a href="#behind" id="behind">A link of the page</a>
<button id="open">Manage billing</button> <a href="/" data-cb-type="portal">Billing</a><ol id="calls"></ol></main>
<script nonce="${nonce ?? ''}" src="${scriptUrl}"${site ? ` data-cb-site="${site}"` : ''}></script><script nonce="${nonce ?? ''}" src="/merchant.js"></script></body></html>`;

/**
 * Starts the merchant's app. `/?nonce=…` has a strict CSP, `/?site=…` sets the site on the script element, `/?documented=…` is passed
 * on to chargebee.js. `/away` redirects to `/back` on another origin.
 */
export async function startMerchant(options: MerchantOptions): Promise<Merchant> {
  const app = Fastify({ forceCloseConnections: true });
  app.get<{ Querystring: { nonce?: string; site?: string; documented?: string | string[] } }>(
    '/',
    async (request, reply) => {
      const { nonce, documented } = request.query;
      const scriptUrl = new URL(options.scriptUrl());
      for (const names of [documented ?? []].flat()) {
        scriptUrl.searchParams.append('documented', names);
      }
      if (nonce) {
        reply.header(
          'content-security-policy',
          `default-src 'none'; img-src data:; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; frame-src ${scriptUrl.origin}; require-trusted-types-for 'script'`,
        );
      }
      return reply.type('text/html').send(page(scriptUrl.href, request.query));
    },
  );
  app.get('/merchant.js', (_request, reply) => reply.type('text/javascript').send(script));
  app.get('/back', (_request, reply) => reply.type('text/html').send('<h1>Back</h1>'));
  app.get('/away', ({ host, query }, reply) => {
    const away = new URL(`http://${host}/back`);
    away.hostname = '127.0.0.1';
    away.search = new URLSearchParams(query as Record<string, string>).toString();
    return reply.redirect(away.href);
  });
  for (const [path, get] of [
    ['/session', options.session],
    ['/hosted-page', options.hostedPage],
  ] as const) {
    app.get(path, (_request, reply) => {
      const answer = get();
      return reply.code(answer ? 200 : 503).send(answer ?? {});
    });
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://localhost:${port}`, close: () => app.close() };
}
