import type { Customer, Invoice, PaymentSource, Subscription } from 'chargebee';
import { GraphQLError } from 'graphql';
import type { User } from '../identity.js';
import type { Database } from '../database/open.js';
import type { Changes } from './changes.js';
import { cardOf, customerIdsOf, nameOf, planNameOf, resourcesOf } from './queries.js';

/** The GraphQL context of every operation. */
export interface Context {
  /** Undefined for requests without a valid token. */
  readonly user: User | undefined;
}

type Card = NonNullable<PaymentSource['card']>;

/** Converts a time of Chargebee's, in UTC seconds. */
const toIso = (seconds?: number) => (seconds ? new Date(seconds * 1000).toISOString() : null);

/** Creates the resolvers of account/schema.graphql, which map Chargebee's resources to the account page's types. */
export function createResolvers(db: Database, changes: Changes) {
  async function* accountsChanged(userId: string, customerIds: AsyncIterable<string>) {
    for await (const customerId of customerIds) {
      // The user may have lost the membership since the subscription began.
      if (!(await customerIdsOf(db, userId)).includes(customerId)) continue;
      const [accountChanged] = await resourcesOf(db, 'customer', [customerId]);
      if (accountChanged) yield { accountChanged };
    }
  }

  return {
    Query: {
      me: (_: unknown, __: unknown, context: Context) => signedIn(context),
    },
    Subscription: {
      accountChanged: {
        // Not a generator itself: what a generator throws ends the connection without an error that the page could read.
        subscribe: async (_: unknown, __: unknown, context: Context) => {
          const { id, expiresAt } = signedIn(context);
          const customerIds = await customerIdsOf(db, id);
          // End the subscription when the token expires. The page subscribes again with its next token.
          const signal = AbortSignal.timeout(Math.max(expiresAt.getTime() - Date.now(), 0));
          return accountsChanged(id, changes.watch(customerIds, signal));
        },
      },
    },
    User: {
      name: async ({ id, name }: User) => (await nameOf(db, id)) ?? name,
      accounts: async ({ id }: User) => resourcesOf(db, 'customer', await customerIdsOf(db, id)),
    },
    Account: {
      name: ({ id, company, first_name, last_name }: Customer) =>
        [company, [first_name, last_name].filter(Boolean).join(' ')].find(Boolean) ?? id,
      plans: ({ id }: Customer) => resourcesOf(db, 'subscription', [id]),
      card: ({ id, primary_payment_source_id }: Customer) =>
        cardOf(db, id, primary_payment_source_id),
      invoices: ({ id }: Customer, { first }: { first: number }) =>
        resourcesOf(db, 'invoice', [id], Math.min(Math.max(first, 0), 50)),
    },
    Plan: {
      name: ({ subscription_items: items = [] }: Subscription) =>
        planNameOf(db, items.find(({ item_type }) => item_type === 'plan')?.item_price_id ?? ''),
      status: ({ status }: Subscription) => status.toUpperCase(),
      period: ({ billing_period }: Subscription) => billing_period ?? 1,
      periodUnit: ({ billing_period_unit }: Subscription) =>
        (billing_period_unit ?? 'month').toUpperCase(),
      price: ({ subscription_items: items = [], currency_code }: Subscription) => ({
        amount: items.reduce((sum, { amount = 0 }) => sum + amount, 0),
        currency: currency_code,
      }),
      renewsAt: ({ next_billing_at }: Subscription) => toIso(next_billing_at),
      endsAt: ({ status, cancelled_at, current_term_end }: Subscription) =>
        toIso(cancelled_at ?? (status === 'non_renewing' ? current_term_end : undefined)),
      resumesAt: ({ resume_date }: Subscription) => toIso(resume_date),
    },
    Card: {
      expiryMonth: ({ expiry_month }: Card) => expiry_month,
      expiryYear: ({ expiry_year }: Card) => expiry_year,
    },
    Invoice: {
      status: ({ status }: Invoice) => status.toUpperCase(),
      date: ({ date }: Invoice) => toIso(date),
      total: ({ total = 0, currency_code }: Invoice) => ({
        amount: total,
        currency: currency_code,
      }),
    },
  };
}

function signedIn({ user }: Context): User {
  if (user) return user;
  throw new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } });
}
