import type { Clock } from '../clock.js';
import type { WebhookDelivery } from '../store/resources.js';
import { DueTimer } from './due-timer.js';
import { ReadySequences } from './ready-sequences.js';
import type { SendResult } from './send.js';
import { Sequences } from './sequences.js';

/** The maximum number of deliveries in flight per webhook. */
const CONCURRENCY = 4;
/** The maximum delay of a first attempt after the clock was moved back. Retries are limited by their retry delay. */
const MAX_FIRST_DELAY_MS = 3_600_000;

export interface QueueOptions {
  clock: Clock;
  /** The delays before the retries, in milliseconds. Their number is the maximum number of retries. */
  retryDelaysMs: readonly number[];
  /** Returns the stored delivery, or undefined when it has been deleted. */
  read: (id: string) => WebhookDelivery | undefined;
  update: (id: string, changes: Partial<WebhookDelivery>) => void;
  /** Makes one attempt. Returns `impossible`, with the reason, if the webhook or the event no longer exists. */
  attempt: (
    delivery: WebhookDelivery,
    signal: AbortSignal,
  ) => Promise<SendResult | { impossible: string }>;
}

/** A fault injected into a delivery. */
export interface DeliveryFault {
  /** Send the event a second time immediately after the first. */
  twice?: boolean;
  /** Send the event after the customer's next event. */
  outOfOrder?: boolean;
}

interface Queued extends DeliveryFault {
  /** How many deliveries had been queued when this one was, itself included. */
  order: number;
}

/**
 * Makes deliveries when they are due by the emulator's clock. Deliveries to one webhook about one customer are sequential, in the order
 * of their events. A failed delivery does not block the later ones: it is retried after them.
 */
export class DeliveryQueue {
  /** A sequence per webhook and customer. Ordered by event; retries are appended at the end. */
  readonly #queued = new Sequences<Queued>();
  /** The keys of the sequences that the next run checks. Checking only these keeps a run fast when many deliveries are queued. */
  readonly #changed = new Set<string>();
  /** The sequences that have a due delivery, by webhook. */
  readonly #ready = new Map<string, ReadySequences>();
  /** For each sequence that has no due delivery, waits until its next one is due. */
  readonly #timer: DueTimer;
  /** The number of queued deliveries that an out-of-order fault holds back. */
  #heldCount = 0;
  readonly #inFlight = new Map<string, { sequenceKey: string; webhookId: string }>();
  readonly #running = new Set<Promise<void>>();
  #addCount = 0;
  readonly #abortController = new AbortController();
  readonly #idleListeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #started = false;
  #runScheduled = false;

  constructor(private readonly options: QueueOptions) {
    this.#timer = new DueTimer(options.clock, (keys) => this.#check(keys));
    this.#unsubscribe = options.clock.onMove(() => {
      this.#limitWaitingTimes();
      this.#check(this.#queued.keys());
    });
  }

  /** Starts delivering. Deliveries added before are queued. */
  start(): void {
    this.#started = true;
    this.#run();
  }

  add(id: string, fault: DeliveryFault = {}): void {
    this.#enqueue(id, fault);
    this.#scheduleRun();
  }

  #enqueue(id: string, fault: DeliveryFault): void {
    const delivery = this.options.read(id);
    if (!delivery) return;
    if (this.#queued.get(id)?.outOfOrder) this.#heldCount -= 1;
    this.#addCount += 1;
    const key = sequenceKeyOf(delivery);
    this.#queued.set(id, key, { ...fault, order: this.#addCount });
    this.#changed.add(key);
    if (fault.outOfOrder) this.#heldCount += 1;
  }

  #dequeue(id: string): void {
    if (this.#queued.get(id)?.outOfOrder) this.#heldCount -= 1;
    this.#queued.delete(id);
  }

  /** Discards all queued deliveries. Deliveries in flight finish without effect if their record has been deleted. */
  clear(): void {
    this.#queued.clear();
    this.#changed.clear();
    this.#ready.clear();
    this.#timer.clear();
    this.#heldCount = 0;
    this.#notifyIdle();
  }

  /** Whether nothing is in flight or due. Ignores retries that are due later. */
  get isIdle(): boolean {
    return this.#inFlight.size === 0 && !this.#hasDue();
  }

  /** Releases held deliveries immediately, and resolves when nothing is in flight or due. */
  async idle(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (this.isIdle) {
        if (!this.#releaseHeld()) return;
        continue;
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#idleListeners.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#idleListeners.add(done);
        signal.addEventListener('abort', done);
      });
    }
  }

  /** Stops delivering and aborts deliveries in flight. Those and the queued ones are delivered after a restart. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#unsubscribe();
    this.#abortController.abort();
    await Promise.all(this.#running);
    this.clear();
  }

  /** Schedules one run for all deliveries added in the same tick. Moving the clock by years adds thousands of them. */
  #scheduleRun(): void {
    if (this.#runScheduled) return;
    this.#runScheduled = true;
    queueMicrotask(() => {
      this.#runScheduled = false;
      this.#run();
    });
  }

  /** Starts the due deliveries of these sequences. */
  #check(keys: Iterable<string>): void {
    for (const key of keys) this.#changed.add(key);
    this.#run();
  }

  /** Starts the due deliveries, earliest event first, up to the limit of each webhook. */
  #run(): void {
    if (!this.#started) return;
    const now = this.options.clock.nowMs();
    for (const key of this.#changed) {
      const first = this.#firstDue(key, now);
      if (first) this.#readyOf(first.delivery.webhook_id).add(key, first.queued.order);
    }
    this.#changed.clear();
    for (const [webhookId, ready] of this.#ready) this.#startReady(webhookId, ready, now);
  }

  #readyOf(webhookId: string): ReadySequences {
    const ready = this.#ready.get(webhookId) ?? new ReadySequences();
    this.#ready.set(webhookId, ready);
    return ready;
  }

  /** Starts deliveries to one webhook, up to its limit. */
  #startReady(webhookId: string, ready: ReadySequences, now: number): void {
    while (!this.#isAtLimit(webhookId)) {
      const key = ready.shift();
      if (key === undefined) return;
      const first = this.#firstDue(key, now);
      if (!first) continue;
      const { delivery, queued } = first;
      this.#dequeue(delivery.id);
      const running = this.#deliver(delivery, queued).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  /**
   * Returns the first due delivery of a sequence. If none is due, sets the timer for the next one. Returns none while a delivery of the
   * sequence is in flight: the sequence is checked again when that has ended.
   */
  #firstDue(key: string, now: number): { delivery: WebhookDelivery; queued: Queued } | undefined {
    this.#timer.delete(key);
    if ([...this.#inFlight.values()].some(({ sequenceKey }) => sequenceKey === key)) {
      return undefined;
    }
    let next = Infinity;
    for (const id of this.#queued.group(key)) {
      const delivery = this.options.read(id);
      const queued = this.#queued.get(id);
      if (!queued || delivery?.next_attempt_at === undefined) this.#dequeue(id);
      else if (delivery.next_attempt_at <= now) return { delivery, queued };
      else next = Math.min(next, delivery.next_attempt_at);
    }
    if (next < Infinity) this.#timer.set(key, next);
    return undefined;
  }

  #isAtLimit(webhookId: string): boolean {
    const running = [...this.#inFlight.values()].filter((one) => one.webhookId === webhookId);
    return running.length >= CONCURRENCY;
  }

  async #deliver(delivery: WebhookDelivery, { twice = false, order }: Queued): Promise<void> {
    const { id } = delivery;
    this.#inFlight.set(id, {
      sequenceKey: sequenceKeyOf(delivery),
      webhookId: delivery.webhook_id,
    });
    try {
      await this.#attempt(id);
      if (twice) await this.#attempt(id);
    } finally {
      this.#inFlight.delete(id);
      this.#release(sequenceKeyOf(delivery), order);
      this.#changed.add(sequenceKeyOf(delivery));
      this.#run();
      this.#notifyIdle();
    }
  }

  async #attempt(id: string): Promise<void> {
    const stored = this.options.read(id);
    if (!stored) return;
    const at = this.options.clock.nowMs();
    const startedAt = performance.now();
    const result = await this.options.attempt(stored, this.#abortController.signal);
    const delivery = this.options.read(id);
    // A reset deletes the delivery. When the emulator stops, the attempt is repeated after the restart.
    if (!delivery || this.#abortController.signal.aborted) return;
    if ('impossible' in result) {
      this.#finish(id, { status: 'failed', failure_reason: result.impossible });
      return;
    }
    const attempts = [
      ...delivery.attempts,
      { at, duration_ms: Math.round(performance.now() - startedAt), ...result },
    ].slice(-20);
    const { status = 0 } = result;
    if (status >= 200 && status < 300) {
      this.#finish(id, { status: 'succeeded', attempts, failure_reason: undefined });
    } else if (delivery.status !== 'succeeded') {
      this.#scheduleRetry(delivery, { attempts, failure_reason: result.error ?? `HTTP ${status}` });
    } else {
      this.#finish(id, { attempts });
    }
  }

  #scheduleRetry(delivery: WebhookDelivery, changes: Partial<WebhookDelivery>): void {
    if (this.#queued.has(delivery.id)) {
      this.#finish(delivery.id, { ...changes, status: 're_scheduled' });
      return;
    }
    const delay = this.options.retryDelaysMs[delivery.retries];
    if (delay === undefined) {
      this.#finish(delivery.id, { ...changes, status: 'failed' });
      return;
    }
    this.options.update(delivery.id, {
      ...changes,
      status: 're_scheduled',
      retries: delivery.retries + 1,
      next_attempt_at: this.options.clock.nowMs() + delay,
    });
    this.#enqueue(delivery.id, {});
  }

  /** Ends the delivery, unless it has been queued again during this attempt. */
  #finish(id: string, changes: Partial<WebhookDelivery>): void {
    const isQueued = this.#queued.has(id);
    this.options.update(id, isQueued ? changes : { ...changes, next_attempt_at: undefined });
  }

  /** Releases one delivery that was held back until a later one for the same customer was made. */
  #release(sequenceKey: string, laterOrder = Infinity): boolean {
    if (this.#heldCount === 0) return false;
    for (const id of this.#queued.group(sequenceKey)) {
      const queued = this.#queued.get(id);
      if (!queued?.outOfOrder || queued.order >= laterOrder) continue;
      this.#heldCount -= 1;
      this.#queued.set(id, sequenceKey, { ...queued, outOfOrder: false });
      this.options.update(id, { next_attempt_at: this.options.clock.nowMs() });
      this.#changed.add(sequenceKey);
      return true;
    }
    return false;
  }

  #releaseHeld(): boolean {
    const released = [...this.#queued.keys()].some((key) => this.#release(key));
    if (released) this.#run();
    return released;
  }

  #hasDue(): boolean {
    const now = this.options.clock.nowMs();
    return this.#queued
      .ids()
      .some((id) => (this.options.read(id)?.next_attempt_at ?? Infinity) <= now);
  }

  /** Keeps deliveries from waiting longer than their delay after the clock was moved back. */
  #limitWaitingTimes(): void {
    for (const id of this.#queued.ids()) {
      const delivery = this.options.read(id);
      if (delivery?.next_attempt_at === undefined) continue;
      const delay = this.options.retryDelaysMs[delivery.retries - 1] ?? MAX_FIRST_DELAY_MS;
      const latest = this.options.clock.nowMs() + delay;
      if (delivery.next_attempt_at > latest) this.options.update(id, { next_attempt_at: latest });
    }
  }

  #notifyIdle(): void {
    if (this.isIdle) [...this.#idleListeners].forEach((listener) => listener());
  }
}

const sequenceKeyOf = ({ webhook_id, customer_id }: WebhookDelivery): string =>
  `${webhook_id} ${customer_id}`;
