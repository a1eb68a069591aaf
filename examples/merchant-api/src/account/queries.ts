import type { PaymentSource } from 'chargebee';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Kind, Resources } from '../billing/store.js';
import type { Database } from '../database/open.js';
import { memberships, plans, resources, users } from '../database/schema.js';

/** Returns the ids of the customers that a user may act for. */
export async function customerIdsOf(db: Database, userId: string): Promise<string[]> {
  const rows = await db.select().from(memberships).where(eq(memberships.userId, userId));
  return rows.map(({ customerId }) => customerId).sort();
}

export async function nameOf(db: Database, userId: string): Promise<string | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  return user?.name;
}

/** Returns a plan's name, or the id of its item price if the database has no name for it yet. */
export async function planNameOf(db: Database, itemPriceId: string): Promise<string> {
  const [plan] = await db.select().from(plans).where(eq(plans.itemPriceId, itemPriceId));
  return plan?.name ?? itemPriceId;
}

/** Returns the customers' resources of one kind, without deleted ones. Resources with a date are sorted newest first. */
export async function resourcesOf<K extends Kind>(
  db: Database,
  kind: K,
  customerIds: string[],
  limit = 100,
): Promise<NonNullable<Resources[K]>[]> {
  const ofCustomers = and(eq(resources.kind, kind), inArray(resources.customerId, customerIds));
  const rows = await db
    .select({ data: resources.data })
    .from(resources)
    .where(and(ofCustomers, sql`${resources.data} -> 'deleted' IS DISTINCT FROM 'true'`))
    .orderBy(desc(sql`(${resources.data} ->> 'date')::bigint`), resources.id)
    .limit(limit);
  return rows.map(({ data }) => data as NonNullable<Resources[K]>);
}

/** Returns the card of a payment source. */
export async function cardOf(db: Database, customerId: string, paymentSourceId?: string) {
  const sources: PaymentSource[] = await resourcesOf(db, 'payment_source', [customerId]);
  return sources.find(({ id }) => id === paymentSourceId)?.card;
}
