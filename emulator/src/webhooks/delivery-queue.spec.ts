import { Clock } from '../clock.js';
import type { WebhookDelivery } from '../store/resources.js';
import { DeliveryQueue } from './delivery-queue.js';

describe('DeliveryQueue', () => {
  let deliveries: Map<string, WebhookDelivery>;
  let reads: number;
  let made: string[];
  let status: number;
  let queue: DeliveryQueue;

  beforeEach(() => {
    [reads, status] = [0, 200];
    deliveries = new Map();
    made = [];
    queue = new DeliveryQueue({
      clock: new Clock(),
      retryDelaysMs: [20],
      read: (id) => {
        reads += 1;
        return deliveries.get(id);
      },
      update: (id, changes) =>
        deliveries.set(id, { ...deliveries.get(id), ...changes } as WebhookDelivery),
      attempt: ({ id }) => {
        made.push(id);
        return Promise.resolve({ status });
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

  it('does not read all queued deliveries after each delivery, regardless of the number of customers', async () => {
    for (const i of numbers) add(`d${i}`, `c${i}`);
    queue.start();
    await idle();
    expect(made).toEqual(numbers.map((i) => `d${i}`));
    expect(reads).toBeLessThan(20 * numbers.length);
  });

  it('retries the deliveries of many customers when they are due', async () => {
    status = 500;
    for (const i of numbers) add(`d${i}`, `c${i}`);
    queue.start();
    await idle();
    status = 200;
    while (made.length < 2 * numbers.length) await new Promise((done) => setTimeout(done, 10));
    expect(new Set(made).size).toBe(numbers.length);
    expect(reads).toBeLessThan(40 * numbers.length);
  });

  it('makes due deliveries in the order of their events, one at a time per customer', async () => {
    const customers = ['a', 'b', 'a', 'c', 'b', 'a', 'd', 'e', 'f', 'a'];
    customers.forEach((customer, i) => add(`${i}${customer}`, customer));
    queue.start();
    await idle();
    expect(made.slice(0, 4)).toEqual(['0a', '1b', '3c', '6d']);
    expect(made.filter((id) => id.endsWith('a'))).toEqual(['0a', '2a', '5a', '9a']);
    expect(made.indexOf('4b')).toBeLessThan(made.indexOf('8f'));
  });
});
