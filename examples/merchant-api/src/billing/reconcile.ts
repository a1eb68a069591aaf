import type Chargebee from 'chargebee';
import { lt } from 'drizzle-orm';
import type { Changes } from '../account/changes.js';
import type { Database } from '../database/open.js';
import { handledEvents, memberships } from '../database/schema.js';
import { toLog } from '../errors.js';
import { markCustomerDeleted, storeResources } from './store.js';

/** How long the ids of handled events are kept. Chargebee retries an event for a few days only. */
const KEEP_EVENT_IDS_MS = 30 * 24 * 3_600_000;
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
      // Continue with the other customers.
      if (codeOf(error) !== 'resource_not_found') {
        console.warn(`reconcile: ${id} could not be read: ${messageOf(error)}`);
      } else if (await markCustomerDeleted(db, id)) {
        // Chargebee does not return a deleted customer, so one whose webhook was lost would stay in the database.
        console.warn(
          `reconcile: ${id} does not exist at Chargebee, so its account is not shown any more`,
        );
      }
    }
  }
  const before = new Date(Date.now() - KEEP_EVENT_IDS_MS);
  await db.delete(handledEvents).where(lt(handledEvents.handledAt, before));
}

async function reconcileCustomer(chargebee: Chargebee, db: Database, id: string): Promise<boolean> {
  // Deleted resources too: otherwise one whose webhook was lost would stay in the database.
  const ofCustomer = { customer_id: { is: id }, include_deleted: true };
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

/** Returns an error's code. Chargebee's SDK rejects with plain objects, not with Errors. */
const codeOf = (error: unknown) => (error as { api_error_code?: string }).api_error_code;

function messageOf(error: unknown): string {
  const logged = toLog(error);
  return codeOf(logged) ?? (logged as { message?: string }).message ?? String(logged);
}
