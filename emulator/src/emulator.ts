import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Clock } from './clock.js';
import { readConfig } from './config.js';
import type { EmulatorConfig } from './config.js';
import { FaultList } from './faults/fault-list.js';
import { toUrlHost, isLoopbackAddress } from './guard/hosts.js';
import { DataFile } from './persistence/data-file.js';
import { RequestRecorder } from './recorder/index.js';
import { requestOrigin } from './request-origin.js';
import { Resets } from './resets.js';
import { applySeed } from './seed/apply.js';
import { defaultSeed } from './seed/default-seed.js';
import type { SeedInput } from './seed/schema.js';
import { readSeedFile } from './seed/seed-file.js';
import { buildServer } from './server.js';
import { Store } from './store/store.js';
import { Webhooks } from './webhooks/index.js';

export interface StartOptions extends Partial<EmulatorConfig> {
  /** The seed for the start and for each reset; overrides `seedFile`. Without either, the default seed is used. */
  seed?: SeedInput;
}

/** A running emulator. */
export interface Emulator {
  /** Its origin, such as `http://localhost:4010`. */
  url: string;
  config: EmulatorConfig;
  /** Its state, which tests in the same process can read and change. */
  store: Store;
  /** Its clock. Moving it forward runs everything that has become due, such as renewals. */
  clock: Clock;
  faults: FaultList;
  /** The recorded requests. */
  requests: RequestRecorder;
  /** The webhook endpoints, and the deliveries of events to them. */
  webhooks: Webhooks;
  /** Resets the state to the seed, and clears faults, quotas, idempotency keys, recorded requests and the clock's offset. */
  reset(): void;
  /** Stops the emulator, and saves its state if it has a data file. */
  close(): Promise<void>;
}

/**
 * Starts an emulator. The defaults are those of the command line, with port 4010; tests usually pass `{ port: 0 }`.
 * @throws Error when the port is in use, the data file cannot be used, or `host` is not a loopback address without `allowRemote`
 */
export async function startEmulator({ seed, ...options }: StartOptions = {}): Promise<Emulator> {
  const config = completeConfig(options);
  const initialSeed = seed ?? (config.seedFile ? await readSeedFile(config.seedFile) : undefined);
  let url = '';
  const publicUrl = () => config.publicUrl ?? url;
  const linkUrl = () => config.publicUrl ?? requestOrigin() ?? url;
  const clock = new Clock();
  const faults = new FaultList();
  const recorder = new RequestRecorder();
  const store = new Store({ clock, publicUrl: linkUrl });
  const file =
    config.dataFile === undefined ? undefined : new DataFile(config.dataFile, config.site, store);
  store.onWrite((write) => file?.recordWrite(write));
  const save = async () => file?.flush();
  const webhooks = new Webhooks({ store, clock, faults, config, save });
  clock.onMove(() => store.runDueChanges());
  const resets = new Resets();
  addResets(resets, { store, webhooks, clock, faults, recorder }, initialSeed);

  const app = await buildServer({
    store,
    clock,
    config,
    publicUrl,
    linkUrl,
    faults,
    recorder,
    resets,
    webhooks,
    beforeResponse: save,
  });
  try {
    // Locked before it is read, so that no other emulator writes to it in between.
    await file?.lock();
    await restoreOrSeed(file, store, resets);
    // Written only after listening succeeds.
    url = await listen(app, config);
    await file?.flush();
    await file?.removeTemporaryFiles();
  } catch (error) {
    await app.close();
    await file?.unlock();
    throw error;
  }
  webhooks.start();

  return {
    url,
    config,
    store,
    clock,
    faults,
    webhooks,
    requests: recorder,
    reset: () => resets.run(),
    close: () => stop(app, webhooks, file),
  };
}

/** Restores the saved state, or applies the seed if none was saved. */
async function restoreOrSeed(file: DataFile | undefined, store: Store, resets: Resets) {
  const savedState = await file?.load();
  if (savedState) store.restore(savedState);
  else resets.run();
}

async function stop(app: FastifyInstance, webhooks: Webhooks, file: DataFile | undefined) {
  await app.close();
  await webhooks.close();
  try {
    await file?.close();
  } finally {
    await file?.unlock();
  }
}

/** Completes the options with the defaults, and refuses to serve other machines unless `allowRemote` is set. */
function completeConfig(options: Partial<EmulatorConfig>): EmulatorConfig {
  const defaults = readConfig({});
  const config: EmulatorConfig = {
    ...defaults,
    allowedOrigins: options.demoOrigins ?? defaults.allowedOrigins,
    ...options,
  };
  if (!config.allowRemote && !isLoopbackAddress(config.host)) {
    throw new Error(
      `${config.host} is not a loopback address, and anyone who can reach the emulator can control it. Set EMULATOR_ALLOW_REMOTE=true (allowRemote) if you want that.`,
    );
  }
  return config;
}

/** The parts that hold state. */
interface State {
  store: Store;
  webhooks: Webhooks;
  clock: Clock;
  faults: FaultList;
  recorder: RequestRecorder;
}

function addResets(
  resets: Resets,
  { store, webhooks, clock, faults, recorder }: State,
  seed: SeedInput | undefined,
): void {
  // The store is emptied before the clock changes, so that nothing in it becomes due.
  resets.add(() => store.restore({}));
  resets.add(() => webhooks.clear());
  resets.add(() => clock.reset());
  resets.add(() => faults.clear());
  resets.add(() => recorder.clear());
  resets.add(() => applySeed(store, clock, seed ?? defaultSeed(clock.now())));
}

/** Starts listening, and returns the emulator's origin. */
async function listen(app: FastifyInstance, { host, port }: EmulatorConfig): Promise<string> {
  await app.listen({ host, port });
  const address = app.server.address() as AddressInfo;
  return `http://${toUrlHost(host)}:${address.port}`;
}
