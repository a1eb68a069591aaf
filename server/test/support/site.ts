import type { RedisConfig } from '../../src/config/redis.js';
import type { ManagedGateway } from '../../src/gateway/gateway.js';
import type { Limits, LimitsOptions } from '../../src/limits/index.js';
import { eventually } from './eventually.js';
import { aRequest, gatewayTo, recordingLogger, limitsOf } from './gateway.js';
import type { Upstream } from './upstream.js';

/** Options with a window of one second instead of a minute. A new log of calls then opens after 2.3 s. */
export const SHORT_WINDOW = { windowMs: 1000, timeoutMs: 100, lateArrivalMs: 0 };

/** The limits and the gateway of one instance of the server. */
export interface Instance {
  limits: Limits;
  gateway: ManagedGateway;
  logger: ReturnType<typeof recordingLogger>;
}

/** The upstream and the instances of a spec, which share a Redis. */
export class Site {
  readonly name: string;
  readonly upstream: Upstream;
  readonly #redis: RedisConfig;
  readonly #instances: Instance[] = [];

  constructor(name: string, upstream: Upstream, redis: RedisConfig) {
    this.name = name;
    this.upstream = upstream;
    this.#redis = redis;
  }

  get key(): string {
    return `chargebee-portal:{${this.name}}:calls`;
  }

  get calls(): number {
    return this.upstream.requests.length;
  }

  /** Starts instances, and waits until they are ready. */
  async start(count: number, options: Partial<LimitsOptions> = {}): Promise<Instance[]> {
    const started = Array.from({ length: count }, () => {
      const logger = recordingLogger();
      const limits = limitsOf({
        site: this.name,
        redis: this.#redis,
        logger,
        ...options,
      });
      return { limits, logger, gateway: gatewayTo(this.upstream.url, limits.upstream) };
    });
    this.#instances.push(...started);
    await Promise.all(started.map(({ limits }) => limits.ready()));
    return started;
  }

  /** Creates a portal session through an instance. */
  create({ gateway }: Instance, request = aRequest()) {
    return gateway.createPortalSession({ customerId: 'juniper-bakery' }, request);
  }

  /** Creates this many sessions at once, through the instances in turn. */
  async burst(instances: Instance[], count: number) {
    return Promise.allSettled(
      Array.from({ length: count }, (_, index) =>
        this.create(instances[index % instances.length]!),
      ),
    );
  }

  /** Resolves to the state of an instance's connection to Redis. */
  stateOf({ limits }: Instance) {
    return limits.status().then(({ redis }) => redis);
  }

  /** Waits until all instances are in this state. */
  untilAll(state: string): Promise<void> {
    return eventually(async () =>
      (await Promise.all(this.#instances.map((instance) => this.stateOf(instance)))).every(
        (is) => is === state,
      ),
    );
  }

  /** Expects at most this many calls in any window. */
  expectNoWindowAbove(most: number, windowMs: number): void {
    const arrivals = this.upstream.requests.map(({ at }) => at).sort((a, b) => a - b);
    arrivals.slice(most).forEach((at, index) => {
      expect(at - arrivals[index]!).toBeGreaterThanOrEqual(windowMs);
    });
  }

  async close(): Promise<void> {
    for (const { gateway, limits } of this.#instances) {
      await gateway.close();
      await limits.close();
    }
    await this.upstream.close();
  }
}
