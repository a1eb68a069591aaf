import type { Clock } from '../clock.js';
import type { EventLog } from './events.js';
import type { Tables } from './tables.js';

/** What every part of the store works on. */
export interface StoreCore {
  tables: Tables;
  clock: Clock;
  events: EventLog;
  /** The emulator's own origin, without a slash at the end. Known once it listens. */
  publicUrl: () => string;
}
