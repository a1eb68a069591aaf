import type { PaymentSource } from 'chargebee';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Kind, Resources } from '../billing/store.js';
import type { Database } from '../database/open.js';
import { memberships, plans, resources, users } from '../database/schema.js';

/** The ids of the customers that a user may act for. */
export async function customerIdsOf(db: Database, userId: string): Promise<string[]> {
  const rows = await db.select().from(memberships).where(eq(memberships.userId, userId));
  return rows.map(({ customerId }) => customerId).sort();
}

export async function nameOf(db: Database, userId: string): Promise<string | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  return user?.name;
}

/** A plan's name; its id for a price that we have no name for yet, such as one made in Chargebee today. */
export async function planNameOf(db: Database, itemPriceId: string): Promise<string> {
  const [plan] = await db.select().from(plans).where(eq(plans.itemPriceId, itemPriceId));
  return plan?.name ?? itemPriceId;
}

/** The resources of one kind that customers have, without the deleted ones. The newest come first where they have a date. */
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

/** The card that the customer pays with. */
export async function cardOf(db: Database, customerId: string, paymentSourceId?: string) {
  const sources: PaymentSource[] = await resourcesOf(db, 'payment_source', [customerId]);
  return sources.find(({ id }) => id === paymentSourceId)?.card;
}
