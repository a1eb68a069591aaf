import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** People who sign in, by the `sub` of their tokens. */
export const users = pgTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
});

/** Which of Chargebee's customers a user may act for. This table, and no request, decides whose billing is shown. */
export const memberships = pgTable(
  'memberships',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    customerId: text('customer_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.customerId] })],
);

/** The names of our plans as customers know them, by Chargebee's item price. */
export const plans = pgTable('plans', {
  itemPriceId: text('item_price_id').primaryKey(),
  name: text('name').notNull(),
});

/** Customers, subscriptions, payment sources and invoices, as Chargebee sends them. */
export const resources = pgTable(
  'resources',
  {
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    /** Chargebee counts a resource's versions; an older one never replaces a newer one. */
    version: bigint('version', { mode: 'number' }).notNull(),
    data: jsonb('data').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id] }),
    index('resources_customer').on(table.customerId),
  ],
);

/** The webhooks that have been handled: each may come more than once. */
export const handledEvents = pgTable('handled_events', {
  id: text('id').primaryKey(),
  handledAt: timestamp('handled_at', { withTimezone: true }).notNull().defaultNow(),
});
