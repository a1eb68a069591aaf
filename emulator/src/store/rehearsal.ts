import type { EventLog } from './events.js';
import type { Invoices } from './invoices.js';
import type { Tables } from './tables.js';

/** Runs an operation as a dry run: returns its result and undoes its writes. */
export type Rehearse = <T>(operation: () => T) => T;

/**
 * Creates the function that rehearses operations. Estimates use it, so that they are computed by the same code as the invoices.
 * Operations must be synchronous, because other code must not read the tables meanwhile.
 */
export function createRehearsal(
  tables: Tables,
  events: EventLog,
  invoices: Pick<Invoices, 'resetNumbering'>,
): Rehearse {
  const all = Object.values<{ beginRehearsal(): void; endRehearsal(): void }>({ ...tables });
  let running = false;
  return (operation) => {
    if (running) return operation();
    running = true;
    all.forEach((table) => table.beginRehearsal());
    try {
      return events.silently(operation);
    } finally {
      all.forEach((table) => table.endRehearsal());
      // The invoices that were undone have used numbers.
      invoices.resetNumbering();
      running = false;
    }
  };
}
