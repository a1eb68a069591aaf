export { Clock } from './clock.js';
export type { EmulatorConfig } from './config.js';
export { startEmulator } from './emulator.js';
export type { Emulator, StartOptions } from './emulator.js';
export { ChargebeeError } from './errors.js';
export type { Fault, FaultInput } from './faults/fault.js';
export type { FaultList } from './faults/fault-list.js';
export type { RequestRecorder, SeenRequest } from './recorder/index.js';
export type { SeedInput } from './seed/schema.js';
export type * from './store/resources.js';
export type { Store } from './store/store.js';
export type { StoreEvent, StoreEventType } from './store/events.js';
export type {
  DeliveryFilter,
  DeliveryView,
  WebhookInput,
  Webhooks,
  WebhookView,
} from './webhooks/index.js';
