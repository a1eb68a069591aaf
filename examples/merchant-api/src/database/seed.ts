import type { Database } from './open.js';
import { memberships, plans, users } from './schema.js';

/** The demo's users, and the customers that each may act for. A real app writes these rows when a user signs up. */
const demoUsers = [
  { id: 'juniper', name: 'June Alder', customerIds: ['juniper-bakery'] },
  { id: 'harbor', name: 'Harry Pier', customerIds: ['harbor-cycles'] },
  { id: 'lumen', name: 'Lumen Accounting', customerIds: ['juniper-bakery', 'harbor-cycles'] },
  { id: 'newcomer', name: 'Nora New', customerIds: [] },
  { id: 'orphan', name: 'Orphaned Account', customerIds: ['deleted-customer'] },
];

const planNames = { starter: 'Starter', growth: 'Growth', scale: 'Scale', workshop: 'Workshop' };

/** Adds the demo's users and plans if they do not exist yet. */
export async function seed(db: Database): Promise<void> {
  await db
    .insert(users)
    .values(demoUsers.map(({ id, name }) => ({ id, name })))
    .onConflictDoNothing();
  await db
    .insert(memberships)
    .values(
      demoUsers.flatMap(({ id, customerIds }) =>
        customerIds.map((customerId) => ({ userId: id, customerId })),
      ),
    )
    .onConflictDoNothing();
  const prices = Object.entries(planNames).flatMap(([id, name]) =>
    ['USD', 'EUR'].flatMap((currency) =>
      ['monthly', 'yearly'].map((period) => ({ itemPriceId: `${id}-${currency}-${period}`, name })),
    ),
  );
  await db.insert(plans).values(prices).onConflictDoNothing();
}
