import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** Users of the app, by the `sub` of their tokens. */
export const users = pgTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
});

/** The Chargebee customers that each user may act for. Only this table, not the request, decides whose billing is shown. */
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

/** The plan names that customers see, by the ids of Chargebee's item prices. */
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
    /** Chargebee's `resource_version`. An older version must not replace a newer one. */
    version: bigint('version', { mode: 'number' }).notNull(),
    data: jsonb('data').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id] }),
    index('resources_customer').on(table.customerId),
  ],
);

/** The ids of handled events, because Chargebee may send an event more than once. */
export const handledEvents = pgTable('handled_events', {
  id: text('id').primaryKey(),
  handledAt: timestamp('handled_at', { withTimezone: true }).notNull().defaultNow(),
});
