import type { Clock } from '../clock.js';
import type { EventLog } from './events.js';
import type { Tables } from './tables.js';

/** The dependencies that all parts of the store share. */
export interface StoreCore {
  tables: Tables;
  clock: Clock;
  events: EventLog;
  /** Returns the emulator's own origin, without a trailing slash. It is known once the server listens. */
  publicUrl: () => string;
}
