import { setImmediate as nextTask } from 'node:timers/promises';
import { Clock } from '../clock.js';
import type { WebhookDelivery } from '../store/resources.js';
import { DeliveryQueue } from './delivery-queue.js';

describe('DeliveryQueue', () => {
  let deliveries: Map<string, WebhookDelivery>;
  let reads: number;
  /** The ids of the deliveries in the order of the attempts. */
  let attempted: string[];
  let status: number;
  /** Every attempt waits for it. */
  let finished: Promise<void> | undefined;
  let queue: DeliveryQueue;

  beforeEach(() => {
    reads = 0;
    status = 200;
    finished = undefined;
    deliveries = new Map();
    attempted = [];
    queue = new DeliveryQueue({
      clock: new Clock(),
      retryDelaysMs: [20],
      read: (id) => {
        reads += 1;
        return deliveries.get(id);
      },
      update: (id, changes) =>
        deliveries.set(id, { ...deliveries.get(id), ...changes } as WebhookDelivery),
      attempt: async ({ id }) => {
        attempted.push(id);
        await finished;
        return { status };
      },
    });
  });
  afterEach(() => queue.stop());

  function add(id: string, customer_id: string): void {
    const next_attempt_at = Date.now();
    const attempts: WebhookDelivery['attempts'] = [];
    deliveries.set(id, {
      id,
      customer_id,
      webhook_id: 'w',
      attempts,
      retries: 0,
      next_attempt_at,
    } as WebhookDelivery);
    queue.add(id);
  }
  const idle = () => queue.idle(AbortSignal.timeout(30_000));
  const numbers = Array.from({ length: 2000 }, (_, i) => i);

  it('reads each delivery only a few times, however many customers have queued ones', async () => {
    for (const i of numbers) add(`d${i}`, `c${i}`);
    queue.start();
    await idle();
    expect(attempted).toEqual(numbers.map((i) => `d${i}`));
    expect(reads).toBeLessThan(20 * numbers.length);
  });

  it('retries the deliveries of many customers when they are due', async () => {
    status = 500;
    for (const i of numbers) add(`d${i}`, `c${i}`);
    queue.start();
    await idle();
    const deadline = performance.now() + 30_000;
    while (attempted.length < 2 * numbers.length && performance.now() < deadline) {
      await new Promise((done) => setTimeout(done, 10));
    }
    expect(attempted.length).toBe(2 * numbers.length);
    expect(new Set(attempted).size).toBe(numbers.length);
    expect(reads).toBeLessThan(40 * numbers.length);
  });

  it('makes due deliveries in the order of their events', async () => {
    const customers = ['a', 'b', 'a', 'c', 'b', 'a', 'd', 'e', 'f', 'a'];
    customers.forEach((customer, i) => add(`${i}${customer}`, customer));
    queue.start();
    await idle();
    expect(attempted.slice(0, 4)).toEqual(['0a', '1b', '3c', '6d']);
    expect(attempted.filter((id) => id.endsWith('a'))).toEqual(['0a', '2a', '5a', '9a']);
    expect(attempted.indexOf('4b')).toBeLessThan(attempted.indexOf('8f'));
  });

  it('makes one delivery at a time per customer, also when another is added meanwhile', async () => {
    let finishFirst!: () => void;
    finished = new Promise<void>((resolve) => (finishFirst = resolve));
    queue.start();
    add('0a', 'a');
    await nextTask();
    add('1a', 'a');
    add('2b', 'b');
    await nextTask();
    expect(attempted).toEqual(['0a', '2b']);
    finishFirst();
    await idle();
    expect(attempted).toEqual(['0a', '2b', '1a']);
  });
});
