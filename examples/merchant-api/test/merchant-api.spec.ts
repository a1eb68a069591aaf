import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { and, eq, sql } from 'drizzle-orm';
import { reconcile } from '../src/billing/reconcile.js';
import { openDatabase, type OpenDatabase } from '../src/database/open.js';
import { memberships } from '../src/database/schema.js';
import { seed } from '../src/database/seed.js';
import { Postgres, postgresFolder } from './postgres.js';
import {
  chargebeeWith,
  startApi,
  startIdentityProvider,
  subscriptionEvent,
  type Api,
  type IdentityProvider,
} from './support.js';

const TIMEOUT = 60_000;
const PLANS = '{ me { accounts { id plans { name status price { amount } renewsAt endsAt } } } }';

const card = { brand: 'visa', last4: '4242', expiry_month: 8, expiry_year: 2029 };

interface Me {
  me: {
    accounts: {
      id: string;
      plans: { name: string; status: string; price: { amount: number }; renewsAt: string | null }[];
    }[];
  };
}

/** The databases with which all tests run. */
const databases: [name: string, open: () => Promise<{ url?: string; dispose(): unknown }>][] = [
  ['the embedded database', () => Promise.resolve({ dispose: () => undefined })],
  ['PostgreSQL', () => Postgres.create()],
];

for (const [name, create] of databases) {
  describe(`the merchant API on ${name}`, () => {
    let folder: string;
    let server: Awaited<ReturnType<typeof create>> | undefined;
    let database: OpenDatabase;
    let identity: IdentityProvider;
    let api: Api;

    beforeAll(async () => {
      if (name === 'PostgreSQL' && !postgresFolder()) return;
      folder = mkdtempSync(join(tmpdir(), 'merchant-'));
      server = await create();
      database = await openDatabase(server.url, folder);
      identity = await startIdentityProvider();
    }, TIMEOUT);

    beforeEach(async () => {
      if (!server) {
        pending('there is no PostgreSQL on this machine');
        return;
      }
      await database.db.execute(sql`TRUNCATE users, memberships, plans, resources, handled_events`);
      await seed(database.db);
      api = await startApi(database.db, identity);
    }, TIMEOUT);

    afterEach(async () => {
      if (server) await api.close();
    }, TIMEOUT);

    afterAll(async () => {
      if (!server) return;
      identity.close();
      await database.close();
      await server.dispose();
      rmSync(folder, { recursive: true, force: true });
    }, TIMEOUT);

    const plansOf = async (user: string) => {
      const { data } = await api.query<Me>(PLANS, await identity.tokenFor(user));
      return data?.me.accounts.flatMap(({ plans }) => plans) ?? [];
    };

    it('returns the plan of the latest webhook, with its name and the total of its items', async () => {
      const answer = await api.webhook(subscriptionEvent('ev_1', { version: 1 }));
      expect(answer.status).toBe(200);
      expect(await plansOf('juniper')).toEqual([
        jasmine.objectContaining({ name: 'Growth', status: 'ACTIVE', price: { amount: 9700 } }),
      ]);
    });

    it('handles an event once, even if Chargebee sends it several times', async () => {
      const event = subscriptionEvent('ev_1', { version: 1 });
      const answers = await Promise.all([
        api.webhook(event),
        api.webhook(event),
        api.webhook(event),
      ]);
      const results = (await Promise.all(answers.map((answer) => answer.json()))) as {
        repeated: boolean;
      }[];
      expect(results.filter(({ repeated }) => !repeated)).toHaveSize(1);
      // The same event id with a newer state: if it were handled again, the plan would be paused.
      await api.webhook(subscriptionEvent('ev_1', { version: 2, status: 'paused' }));
      expect((await plansOf('juniper'))[0]?.status).toBe('ACTIVE');
    });

    it('keeps the newer state when an older event arrives late', async () => {
      await api.webhook(subscriptionEvent('ev_2', { version: 20, status: 'cancelled' }));
      const late = await api.webhook(subscriptionEvent('ev_1', { version: 19, status: 'active' }));
      expect(late.status).toBe(200);
      expect((await plansOf('juniper'))[0]?.status).toBe('CANCELLED');
    });

    it('removes a subscription that was deleted at Chargebee, although its webhook was lost', async () => {
      await api.webhook(subscriptionEvent('ev_1', { version: 1 }));
      expect(await plansOf('juniper')).toHaveSize(1);
      const { content } = subscriptionEvent('ev_2', { version: 2, deleted: true });
      const chargebee = chargebeeWith([content.subscription]);
      await reconcile(chargebee, database.db, api.changes);
      expect(await plansOf('juniper')).toEqual([]);
    });

    it('removes an account that was deleted at Chargebee, although its webhook was lost', async () => {
      const warn = spyOn(console, 'warn');
      await api.webhook(subscriptionEvent('ev_1', { version: 1 }));
      const chargebee = chargebeeWith([], { hasCustomers: false });
      for (let run = 0; run < 2; run += 1) await reconcile(chargebee, database.db, api.changes);
      expect(await plansOf('juniper')).toEqual([]);
      // Only for the account that was shown until then, and not again.
      expect(warn).toHaveBeenCalledOnceWith(
        jasmine.stringContaining('juniper-bakery does not exist at Chargebee'),
      );
    });

    it('removes a card that was deleted at Chargebee only, and not at the gateway', async () => {
      const { content, ...event } = subscriptionEvent('ev_1', { version: 1 });
      const source = { id: 'pm_1', customer_id: 'juniper-bakery', card };
      const customer = { ...content.customer, primary_payment_source_id: 'pm_1' };
      const send = (id: string, event_type: string, changes: object) =>
        api.webhook({
          ...event,
          id,
          event_type,
          content: { customer, payment_source: { ...source, ...changes } },
        });
      const cards = async () => {
        const query = '{ me { accounts { card { last4 } } } }';
        const { data } = await api.query<{ me: unknown }>(
          query,
          await identity.tokenFor('juniper'),
        );
        return data?.me;
      };
      await send('ev_1', 'payment_source_added', { resource_version: 1 });
      expect(await cards()).toEqual({ accounts: [{ card: { last4: '4242' } }] });
      await send('ev_2', 'payment_source_locally_deleted', { resource_version: 2, deleted: true });
      expect(await cards()).toEqual({ accounts: [{ card: null }] });
    });

    it('returns subscriptions in each of Chargebee’s states, and sums beyond 32 bits', async () => {
      const states = ['future', 'in_trial', 'active', 'non_renewing', 'paused', 'cancelled'];
      for (const [index, status] of [...states, 'transferred'].entries()) {
        const items = [{ item_price_id: 'x', item_type: 'plan', amount: 3_000_000_000 }];
        const changes = { id: status, status, subscription_items: items, version: 1 };
        await api.webhook(subscriptionEvent(`ev_${index}`, changes));
      }
      const plans = await plansOf('juniper');
      expect(plans.map(({ status }) => status.toLowerCase()).sort()).toEqual(
        [...states, 'transferred'].sort(),
      );
      expect(plans[0]?.price.amount).toBe(3_000_000_000);
    });

    it('rejects a webhook with a wrong password, and stores nothing', async () => {
      const answer = await api.webhook(subscriptionEvent('ev_1', { version: 1 }), 'wrong');
      expect(answer.status).toBe(401);
      expect(await plansOf('juniper')).toEqual([]);
    });

    it('acknowledges an event that it ignores, with the reason', async () => {
      const event = { ...subscriptionEvent('ev_1', { version: 1 }), event_type: 'quote_created' };
      const answer = await api.webhook(event);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({
        handled: false,
        reason: 'quote_created changes nothing here',
      });
    });

    it('rejects bodies that are not events', async () => {
      expect((await api.webhook({ hello: 'world' })).status).toBe(400);
      expect((await api.webhook('{"id":')).status).toBe(400);
    });

    it('returns only the accounts of the user', async () => {
      await api.webhook(subscriptionEvent('ev_1', { version: 1 }));
      expect(await plansOf('harbor')).toEqual([]);
      expect(await plansOf('newcomer')).toEqual([]);
      expect(await plansOf('lumen')).toHaveSize(1);
    });

    it('responds UNAUTHENTICATED without a token, and to invalid tokens and those of other apps', async () => {
      const stranger = await identity.tokenFor('juniper', { audience: 'another app' });
      for (const token of [undefined, 'nonsense', stranger]) {
        const { data, errors } = await api.query<Me>(PLANS, token);
        expect(data ?? null).toBeNull();
        expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
        expect(errors?.[0]?.extensions.stacktrace).toBeUndefined();
      }
    });

    it('responds to a stream without a valid token that the user has to sign in', async () => {
      const answer = await api.stream(
        'subscription { accountChanged { id } }',
        'nonsense',
        AbortSignal.timeout(TIMEOUT),
      );
      expect(await answer.text()).toMatch(/"code":"UNAUTHENTICATED".*event: complete/s);
    });

    it('reserves no streams, which would wait in memory', async () => {
      const answer = await fetch(`${api.base}/graphql/stream`, { method: 'PUT' });
      expect(answer.status).toBe(404);
    });

    it('does not sign users out while the identity provider is down', async () => {
      const down = await startApi(database.db, identity, { AUTH_JWKS_URL: 'http://127.0.0.1:1/' });
      const { errors } = await down.query<Me>(PLANS, await identity.tokenFor('juniper'));
      expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
      const answer = await down.stream(
        'subscription { accountChanged { id } }',
        await identity.tokenFor('juniper'),
        AbortSignal.timeout(TIMEOUT),
      );
      expect(answer.status).toBe(503);
      await down.close();
    });

    it('logs why an event could not be stored, without the customer’s data', async () => {
      const logged = spyOn(console, 'error');
      // PostgreSQL stores no NUL character in JSON.
      const event = subscriptionEvent('ev_1', { version: 1, po_number: 'private\0' });
      expect((await api.webhook(event)).status).toBe(500);
      const text = logged.calls
        .allArgs()
        .map((args) => format(...args))
        .join(' ');
      expect(text).toContain('webhook: the database answered:');
      expect(text).not.toMatch(/private|Juniper/);
    });

    it('shows no SQL, stack or path in an error', async () => {
      const query = '{ me { accounts { invoices { id } } } }';
      const invoice = { id: 'INV-1', customer_id: 'juniper-bakery', date: 'no number' };
      const { content, ...event } = subscriptionEvent('ev_1', { version: 1 });
      await api.webhook({
        ...event,
        event_type: 'invoice_generated',
        content: { ...content, invoice: { ...invoice, resource_version: 1 } },
      });
      const { errors } = await api.query(query, await identity.tokenFor('juniper'));
      const stream = await api.stream(
        query,
        await identity.tokenFor('juniper'),
        AbortSignal.timeout(TIMEOUT),
      );
      const broken = await fetch(`${api.base}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{',
      });
      expect(broken.status).toBe(400);
      expect(errors?.[0]?.message).toBe('Something went wrong.');
      for (const text of [await stream.text(), await broken.text()]) {
        expect(text).not.toMatch(/select|bigint|node_modules/);
      }
    });

    it('streams only the changes of the user’s accounts', async () => {
      const abort = new AbortController();
      const open = async (user: string) => {
        const answer = await api.stream(
          'subscription { accountChanged { id plans { status } } }',
          await identity.tokenFor(user),
          abort.signal,
        );
        return readEvents(answer);
      };
      const juniper = await open('juniper');
      const harbor = await open('harbor');
      await api.webhook(subscriptionEvent('ev_1', { version: 1, status: 'paused' }));
      expect(await juniper.next()).toContain('"status":"PAUSED"');
      const { content, ...event } = subscriptionEvent('ev_2', {
        version: 1,
        id: 'harbor-starter',
        customer_id: 'harbor-cycles',
      });
      const customer = { ...content.customer, id: 'harbor-cycles' };
      await api.webhook({ ...event, content: { ...content, customer } });
      // The first change in the stream, so it had none of the earlier change.
      expect(await harbor.next()).toContain('"id":"harbor-cycles"');
      abort.abort();
    });

    it('streams nothing of an account that the user may no longer act for', async () => {
      const abort = new AbortController();
      const stream = readEvents(
        await api.stream(
          'subscription { accountChanged { id plans { status } } }',
          await identity.tokenFor('lumen'),
          abort.signal,
        ),
      );
      await database.db
        .delete(memberships)
        .where(and(eq(memberships.userId, 'lumen'), eq(memberships.customerId, 'juniper-bakery')));
      await api.webhook(subscriptionEvent('ev_1', { version: 1, status: 'paused' }));
      const { content, ...event } = subscriptionEvent('ev_2', { version: 1 });
      const harbor = { ...content.customer, id: 'harbor-cycles' };
      await api.webhook({
        ...event,
        event_type: 'customer_changed',
        content: { customer: harbor },
      });
      // The first change in the stream, so it had none of the earlier change.
      expect(await stream.next()).toContain('"id":"harbor-cycles"');
      abort.abort();
    });

    it('ends a stream when the token that opened it expires', async () => {
      const answer = await api.stream(
        'subscription { accountChanged { id } }',
        await identity.tokenFor('juniper', { seconds: 2 }),
        AbortSignal.timeout(TIMEOUT),
      );
      expect(await answer.text()).toContain('event: complete');
    });

    it('ends its streams when it stops', async () => {
      const answer = await api.stream(
        'subscription { accountChanged { id } }',
        await identity.tokenFor('juniper'),
        AbortSignal.timeout(TIMEOUT),
      );
      await api.close();
      // Apollo's grace period of ten seconds would cut off the stream instead of ending it.
      expect(await answer.text()).toContain('event: complete');
    });

    if (name === 'PostgreSQL') {
      it(
        'responds 500 while PostgreSQL is down, so that Chargebee retries, and stores the retried event',
        async () => {
          const postgres = server as Postgres;
          const event = subscriptionEvent('ev_1', { version: 1, status: 'non_renewing' });
          await postgres.stop();
          expect((await api.webhook(event)).status).toBe(500);
          await postgres.start();
          expect((await api.webhook(event)).status).toBe(200);
          expect((await plansOf('juniper'))[0]?.status).toBe('NON_RENEWING');
        },
        TIMEOUT,
      );
    }
  });
}

/** Reads a stream of server-sent events. */
function readEvents(answer: Response) {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let unread = '';
  return {
    /** Resolves to the data of the next event that has some. */
    async next(): Promise<string> {
      for (;;) {
        const found = /^data: (.+)\n/m.exec(unread);
        if (found?.[1]) {
          unread = unread.slice(found.index + found[0].length);
          return found[1];
        }
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error(`The stream ended: ${unread}`);
        unread += value ?? '';
      }
    },
  };
}
