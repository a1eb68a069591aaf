import type { AddressInfo } from 'node:net';
import { Clock } from './clock.js';
import { readConfig } from './config.js';
import type { EmulatorConfig } from './config.js';
import { FaultList } from './faults/fault-list.js';
import { hostOfAddress, isLoopbackAddress } from './guard/hosts.js';
import { DataFile } from './persistence/data-file.js';
import { RequestRecorder } from './recorder/index.js';
import { Resets } from './resets.js';
import { applySeed } from './seed/apply.js';
import { defaultSeed } from './seed/default-seed.js';
import type { SeedInput } from './seed/schema.js';
import { readSeedFile } from './seed/seed-file.js';
import { buildServer } from './server.js';
import { Store } from './store/store.js';

export interface StartOptions extends Partial<EmulatorConfig> {
  /** What it begins with, and what a reset goes back to, in place of a seed file; the emulator's own seed when there is neither. */
  seed?: SeedInput;
}

/** A running emulator. */
export interface Emulator {
  /** Its origin, such as `http://localhost:4010`. */
  url: string;
  config: EmulatorConfig;
  /** Its state, to be looked at and changed by tests in the same process. */
  store: Store;
  /** Its time. What is due comes about as it is moved. */
  clock: Clock;
  faults: FaultList;
  /** The requests that it has seen. */
  requests: RequestRecorder;
  /** Puts everything back to how it began: state, clock, faults, quotas, idempotency keys and requests. */
  reset(): void;
  /** Stops it, saves its state when it has a data file, and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an emulator. What is not given has the defaults of the command line, on port 4010; tests take `{ port: 0 }`.
 * @throws Error when the port is taken, the data file cannot be used, or the address is not a loopback one
 */
export async function startEmulator({ seed, ...options }: StartOptions = {}): Promise<Emulator> {
  const defaults = readConfig({});
  const config: EmulatorConfig = {
    ...defaults,
    allowedOrigins: options.demoOrigins ?? defaults.allowedOrigins,
    ...options,
  };
  if (!config.allowRemote && !isLoopbackAddress(config.host)) {
    throw new Error(
      `${config.host} is not a loopback address, and everybody who reaches the emulator can steer it. Set EMULATOR_ALLOW_REMOTE=true (allowRemote) if you want that.`,
    );
  }

  const given = seed ?? (config.seedFile ? await readSeedFile(config.seedFile) : undefined);
  let url = '';
  const publicUrl = () => url;
  const clock = new Clock();
  const faults = new FaultList();
  const recorder = new RequestRecorder();
  const store: Store = new Store({ clock, publicUrl, onWrite: () => file?.markDirty() });
  const file =
    config.dataFile === undefined
      ? undefined
      : new DataFile(config.dataFile, config.site, () => store.snapshot());
  clock.onMove(() => store.runDueChanges());
  const resets = new Resets();
  // Emptied before the clock moves: nothing is to come about of what goes.
  resets.add(() => store.restore({}));
  resets.add(() => clock.reset());
  resets.add(() => faults.clear());
  resets.add(() => recorder.clear());
  resets.add(() => applySeed(store, clock, given ?? defaultSeed(clock.now())));

  const found = await file?.load();
  if (found) store.restore(found);
  else resets.run();

  const app = await buildServer({
    ...{ store, clock, config, publicUrl, faults, recorder, resets },
    beforeAnswer: async () => file?.flush(),
  });
  // Nothing is written for an emulator that does not come to run: the file may be that of another one on the same port.
  await app.listen({ host: config.host, port: config.port });
  const { port } = app.server.address() as AddressInfo;
  url = `http://${hostOfAddress(config.host)}:${port}`;
  try {
    await file?.flush();
    await file?.removeLeftovers();
  } catch (error) {
    await app.close();
    throw error;
  }

  return {
    ...{ url, config, store, clock, faults, requests: recorder, reset: () => resets.run() },
    close: async () => {
      await app.close();
      await file?.flush();
    },
  };
}
