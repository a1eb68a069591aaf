import type { EventLog } from './events.js';
import type { Invoices } from './invoices.js';
import type { Tables } from './tables.js';

/** Runs an operation, returns its result and undoes all that it has written. */
export type Rehearse = <T>(operation: () => T) => T;

/**
 * Creates the function that rehearses operations. Estimates are made this way, so that an estimate and the bill come from the same code.
 * An operation must be synchronous: while it runs, nothing else may see the tables.
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
      // The rehearsed invoices have used up numbers.
      invoices.resetNumbering();
      running = false;
    }
  };
}
