import { createApiKeys } from '../../src/gateway/api-keys.js';
import { createChargebeeGateway } from '../../src/gateway/gateway.js';
import { createLimits, type LimitsOptions } from '../../src/limits/index.js';
import { LightAbortSignal } from '../../src/light-abort-signal.js';

/** How an instance of the random test is set up. */
export interface QuotaInstanceOptions {
  limits: Omit<LimitsOptions, 'logger'>;
  upstreamUrl: string;
  /** One call is attempted in this time, in milliseconds. */
  callEveryMs: number;
}

/** An instance that runs. */
export interface RunningInstance {
  /** Ends it as SIGKILL does: what was sent is sent, and nothing else happens any more. */
  kill(): void;
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>;
}

/**
 * One instance of the server, as far as calls to Chargebee go: real limits and a real gateway, and a load that never ends.
 */
export function startInstance(options: QuotaInstanceOptions): RunningInstance {
  const ignore = (): void => undefined;
  const never = new Promise<never>(ignore);
  const limits = createLimits({ ...options.limits, logger: { info: ignore, warn: ignore } });
  let killed = false;
  const gateway = createChargebeeGateway({
    site: options.limits.site,
    apiKeys: createApiKeys(['test_quota_key']),
    baseUrl: options.upstreamUrl,
    timeoutMs: options.limits.timeoutMs,
    maxSockets: options.limits.maxConcurrency,
    quota: {
      acquire: async (request) => {
        const permit = killed ? never : await limits.upstream.acquire(request);
        return killed ? never : permit;
      },
      pause: (seconds) => limits.upstream.pause(seconds),
    },
  });
  const load = setInterval(() => {
    const deadline = performance.now() + 2 * options.limits.timeoutMs;
    gateway
      .createPortalSession(
        { customerId: 'juniper-bakery' },
        { deadline, signal: new LightAbortSignal(), origin: {} },
      )
      .catch(ignore);
  }, options.callEveryMs);
  return {
    kill() {
      killed = true;
      clearInterval(load);
      void limits.close();
    },
    async stop() {
      clearInterval(load);
      await gateway.close();
      await limits.close();
    },
  };
}
