import type { Customer, Invoice, PaymentSource, Subscription } from 'chargebee';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../database/open.js';
import { resources } from '../database/schema.js';

/** Resources by kind, as in a webhook's `content` and in API responses. */
export interface Resources {
  readonly customer?: Customer;
  readonly subscription?: Subscription;
  readonly payment_source?: PaymentSource;
  readonly invoice?: Invoice;
}

export type Kind = keyof Resources;

const KINDS: readonly Kind[] = ['customer', 'subscription', 'payment_source', 'invoice'];

/**
 * Stores resources, except those of which the database has a newer version: webhooks may arrive late, twice or out of order.
 * Resolves to the ids of the customers whose data changed.
 */
export async function storeResources(db: Database, content: Resources): Promise<Set<string>> {
  const rows = KINDS.flatMap((kind) => {
    const data = content[kind];
    return data ? [toRow(kind, data)] : [];
  });
  if (rows.length === 0) return new Set();
  // A single statement compares and writes, so concurrent webhooks cannot overwrite a newer version either.
  const changed = await db
    .insert(resources)
    .values(rows)
    .onConflictDoUpdate({
      target: [resources.kind, resources.id],
      set: { data: sql`excluded.data`, version: sql`excluded.version` },
      setWhere: lt(resources.version, sql`excluded.version`),
    })
    .returning({ customerId: resources.customerId });
  return new Set(changed.map(({ customerId }) => customerId));
}

/** Marks a customer as deleted. Resolves to whether that is news. */
export async function markCustomerDeleted(db: Database, id: string): Promise<boolean> {
  const changed = await db
    .update(resources)
    .set({ data: sql`${resources.data} || '{"deleted": true}'` })
    .where(
      and(
        eq(resources.kind, 'customer'),
        eq(resources.id, id),
        sql`${resources.data} -> 'deleted' IS DISTINCT FROM 'true'`,
      ),
    )
    .returning({ id: resources.id });
  return changed.length > 0;
}

type Resource = NonNullable<Resources[Kind]> & { readonly customer_id?: string };

function toRow(kind: Kind, data: Resource): typeof resources.$inferInsert {
  const { id, customer_id: customerId = id, resource_version: version = 0 } = data;
  return { kind, id, customerId, version, data };
}
