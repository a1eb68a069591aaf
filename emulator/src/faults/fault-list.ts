import { randomId } from '../store/ids.js';
import { FAULT_TARGETS, faultSchema, isDeliveryRoute } from './fault.js';
import type { Fault, FaultInput, FaultTarget } from './fault.js';
import { matchesPattern } from './pattern.js';

const MAX_FAULTS = 100;

/** The active faults. */
export class FaultList {
  #faults: Fault[] = [];
  readonly #listeners = new Set<() => void>();

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** Activates a fault. @throws ZodError when the input is invalid */
  add(input: FaultInput): Fault {
    const fault: Fault = { ...faultSchema.parse(input), id: randomId(8, 'fault_'), struck: 0 };
    this.#set([...this.#faults.slice(-(MAX_FAULTS - 1)), fault]);
    return fault;
  }

  /** Deactivates a fault. Returns whether it was active. */
  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#set(this.#faults.filter((fault) => fault.id !== id));
    return this.#faults.length < before;
  }

  clear(): void {
    this.#set([]);
  }

  /** Calls `listener` after each change. Returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(faults: Fault[]): void {
    this.#faults = faults;
    this.#listeners.forEach((listener) => listener());
  }

  /** Returns the first fault that matches a request. Increments its `struck`, and deactivates it when it reaches its `count`. */
  strike(method: string, path: string): Fault | undefined {
    return this.#strikeFirst(
      ({ route, method: only = method }) =>
        !isDeliveryRoute(route) && only === method && matches(route, path),
    );
  }

  /** Like `strike`, for the delivery of an event. */
  strikeDelivery(eventType: string): Fault | undefined {
    return this.#strikeFirst(
      ({ route }) => isDeliveryRoute(route) && matches(route, `webhooks:${eventType}`),
    );
  }

  #strikeFirst(isMatch: (fault: Fault) => boolean): Fault | undefined {
    const fault = this.#faults.find(isMatch);
    if (!fault) return undefined;
    fault.struck += 1;
    if (fault.count !== undefined && fault.struck >= fault.count) this.remove(fault.id);
    return fault;
  }
}

function matches(route: string, path: string): boolean {
  const isTarget = Object.hasOwn(FAULT_TARGETS, route);
  return matchesPattern(isTarget ? FAULT_TARGETS[route as FaultTarget] : route, path);
}
