import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Chargebee from 'chargebee';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Changes } from '../src/account/changes.js';
import { createApp } from '../src/app.js';
import { createChargebee } from '../src/billing/chargebee-client.js';
import { readConfig } from '../src/config.js';
import type { Database } from '../src/database/open.js';

const WEBHOOK_PASSWORD = 'a password for webhooks';

/** Starts an identity provider, which serves its key set and issues tokens. */
export async function startIdentityProvider() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () => server.close(),
    tokenFor: (user: string, { audience = 'merchant', seconds = 300 } = {}) =>
      new SignJWT({ name: user })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setSubject(user)
        .setIssuer(url)
        .setAudience(audience)
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(privateKey),
  };
}

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

/** Starts the merchant's API with a database, on a free port. Returns a client of it. */
export async function startApi(
  db: Database,
  { url }: IdentityProvider,
  env: Record<string, string> = {},
) {
  const config = readConfig({
    CHARGEBEE_WEBHOOK_PASSWORD: WEBHOOK_PASSWORD,
    AUTH_JWKS_URL: url,
    AUTH_ISSUER: url,
    AUTH_AUDIENCE: 'merchant',
    ...env,
  });
  const changes = new Changes();
  const chargebee = createChargebee(config);
  const app = await createApp(config, { db, changes, chargebee });
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  return {
    base,
    changes,
    chargebee,
    close: () => app.close(),
    webhook: (body: unknown, password = WEBHOOK_PASSWORD) =>
      fetch(`${base}/webhooks/chargebee`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`chargebee:${password}`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async query<T>(query: string, token?: string) {
      const answer = await fetch(`${base}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query }),
      });
      return (await answer.json()) as {
        data?: T;
        errors?: { message: string; extensions: { code: string; stacktrace?: unknown } }[];
      };
    },
    stream: (query: string, token: string, signal: AbortSignal) =>
      fetch(`${base}/graphql/stream`, {
        method: 'POST',
        signal,
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query }),
      }),
  };
}

export type Api = Awaited<ReturnType<typeof startApi>>;

const customer = {
  id: 'juniper-bakery',
  object: 'customer',
  company: 'Juniper Bakery',
  deleted: false,
  resource_version: 10,
};

/** Returns a client of a Chargebee that has these subscriptions, and nothing else of any customer; optionally no customers either. */
export function chargebeeWith(
  subscriptions: readonly { customer_id: string; deleted: boolean }[],
  { hasCustomers = true } = {},
): Chargebee {
  type Query = Parameters<Chargebee['subscription']['list']>[0];
  const empty = () => Promise.resolve({ list: [] });
  const list = ({ customer_id, include_deleted }: NonNullable<Query>) =>
    Promise.resolve({
      list: subscriptions
        .filter((subscription) => customer_id?.is === subscription.customer_id)
        .filter(({ deleted }) => include_deleted === true || !deleted)
        .map((subscription) => ({ subscription })),
    });
  const retrieve = (id: string) =>
    hasCustomers
      ? Promise.resolve({ customer: { ...customer, id } })
      : // eslint-disable-next-line prefer-promise-reject-errors -- as the SDK does
        Promise.reject({ api_error_code: 'resource_not_found', message: `${id} not found` });
  return {
    customer: { retrieve },
    paymentSource: { list: empty },
    invoice: { list: empty },
    subscription: { list },
  } as unknown as Chargebee;
}

/** Returns an event about Juniper Bakery's subscription, in Chargebee's format. */
export function subscriptionEvent(
  id: string,
  { version, ...changes }: { version: number; status?: string; [field: string]: unknown },
) {
  return {
    id,
    object: 'event',
    api_version: 'v2',
    occurred_at: 1_795_000_000,
    source: 'portal',
    event_type: 'subscription_changed',
    webhook_status: 'scheduled',
    content: {
      customer,
      subscription: {
        id: 'juniper-growth',
        object: 'subscription',
        customer_id: 'juniper-bakery',
        status: 'active',
        currency_code: 'USD',
        billing_period: 1,
        billing_period_unit: 'month',
        next_billing_at: 1_797_000_000,
        subscription_items: [
          { item_price_id: 'growth-USD-monthly', item_type: 'plan', quantity: 1, amount: 7900 },
          {
            item_price_id: 'extra-seat-USD-monthly',
            item_type: 'addon',
            quantity: 2,
            amount: 1800,
          },
        ],
        deleted: false,
        resource_version: version,
        ...changes,
      },
    },
  };
}
