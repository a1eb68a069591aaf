import type { Clock } from './clock.js';
import type { EmulatorConfig } from './config.js';
import type { Resets } from './resets.js';
import type { Store } from './store/store.js';

/** What every part of the emulator is given: `app.register(part, context)`. */
export interface EmulatorContext {
  store: Store;
  clock: Clock;
  config: EmulatorConfig;
  /** Where a part that remembers something adds how it is forgotten. */
  resets: Resets;
  /** The emulator's own origin, such as `http://localhost:4010`. Known once it listens. */
  publicUrl: () => string;
}
