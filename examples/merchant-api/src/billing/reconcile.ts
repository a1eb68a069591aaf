import type Chargebee from 'chargebee';
import { lt } from 'drizzle-orm';
import type { Changes } from '../account/changes.js';
import type { Database } from '../database/open.js';
import { handledEvents, memberships } from '../database/schema.js';
import { storeResources } from './store.js';

/** Chargebee sends an event again for some days; its id need not be remembered for longer. */
const REMEMBER_EVENTS_MS = 30 * 24 * 3_600_000;
const LATEST_INVOICES = 12;

/** Reads each customer's billing from Chargebee's API, to catch up on missed webhooks. */
export async function reconcile(
  chargebee: Chargebee,
  db: Database,
  changes: Changes,
): Promise<void> {
  const rows = await db.selectDistinct({ id: memberships.customerId }).from(memberships);
  for (const { id } of rows) {
    try {
      const changed = await reconcileCustomer(chargebee, db, id);
      if (changed) changes.emit(id);
    } catch (error) {
      // One customer's failure, such as that of a deleted one, leaves the others to be read.
      console.warn(`reconcile: ${id} could not be read: ${messageOf(error)}`);
    }
  }
  const before = new Date(Date.now() - REMEMBER_EVENTS_MS);
  await db.delete(handledEvents).where(lt(handledEvents.handledAt, before));
}

async function reconcileCustomer(chargebee: Chargebee, db: Database, id: string): Promise<boolean> {
  const ofCustomer = { customer_id: { is: id } };
  const [{ customer }, sources, subscriptions, invoices] = await Promise.all([
    chargebee.customer.retrieve(id),
    chargebee.paymentSource.list({ ...ofCustomer, limit: 100 }),
    chargebee.subscription.list({ ...ofCustomer, limit: 100 }),
    chargebee.invoice.list({ ...ofCustomer, limit: LATEST_INVOICES, 'sort_by[desc]': 'date' }),
  ]);
  let changed = false;
  for (const resources of [
    { customer },
    ...sources.list,
    ...subscriptions.list,
    ...invoices.list,
  ]) {
    if ((await storeResources(db, resources)).size) changed = true;
  }
  return changed;
}

/** Chargebee's SDK rejects with a plain object. */
function messageOf(error: unknown): string {
  const { api_error_code, message } = error as { api_error_code?: string; message?: string };
  return api_error_code ?? message ?? String(error);
}
