import type { Clock } from './clock.js';
import type { EmulatorConfig } from './config.js';
import type { Resets } from './resets.js';
import type { Store } from './store/store.js';

/** The dependencies of every plugin: `app.register(plugin, context)`. */
export interface EmulatorContext {
  store: Store;
  clock: Clock;
  config: EmulatorConfig;
  /** Plugins that hold state register here how to clear it. */
  resets: Resets;
  /** Returns the emulator's origin, such as `http://localhost:4010`. Available once it listens. */
  publicUrl: () => string;
}
