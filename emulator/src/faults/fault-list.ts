import { randomId } from '../store/ids.js';
import { FAULT_TARGETS, faultSchema } from './fault.js';
import type { Fault, FaultInput, FaultTarget } from './fault.js';

const KEPT = 100;

/** The faults that are switched on. */
export class FaultList {
  #faults: Fault[] = [];
  readonly #listeners = new Set<() => void>();

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** Switches a fault on. @throws ZodError when it is not one */
  add(input: FaultInput): Fault {
    const fault: Fault = { ...faultSchema.parse(input), id: randomId(8, 'fault_'), struck: 0 };
    this.#set([...this.#faults.slice(-(KEPT - 1)), fault]);
    return fault;
  }

  /** Switches one off. Answers whether it was on. */
  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#set(this.#faults.filter((fault) => fault.id !== id));
    return this.#faults.length < before;
  }

  clear(): void {
    this.#set([]);
  }

  /** Calls `listener` after each switching. Returns the function that stops it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(faults: Fault[]): void {
    this.#faults = faults;
    this.#listeners.forEach((listener) => listener());
  }

  /** The first fault that strikes a request; it counts as struck, and is off when its count is reached. */
  strike(method: string, path: string): Fault | undefined {
    const fault = this.#faults.find(
      (one) => (one.method ?? method) === method && matches(one.route, path),
    );
    if (!fault) return undefined;
    fault.struck += 1;
    if (fault.count !== undefined && fault.struck >= fault.count) this.remove(fault.id);
    return fault;
  }
}

function matches(route: string, path: string): boolean {
  const known = Object.hasOwn(FAULT_TARGETS, route);
  return matchesPattern(known ? FAULT_TARGETS[route as FaultTarget] : route, path);
}

/** Whether a text is what a pattern says, in which `*` stands for anything. Takes the first place for each part, so it never has to go back. */
function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length >= at + last.length && text.endsWith(last);
}
