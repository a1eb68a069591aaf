import { createApiKeys } from '../../src/gateway/api-keys.js';
import { createChargebeeGateway } from '../../src/gateway/gateway.js';
import { createLimits, type LimitsOptions } from '../../src/limits/index.js';
import { aRequest } from './gateway.js';

export interface QuotaInstanceOptions {
  limits: Omit<LimitsOptions, 'logger'>;
  upstreamUrl: string;
  /** The interval between attempted calls, in milliseconds. */
  callEveryMs: number;
}

export interface RunningInstance {
  /** Ends the instance as SIGKILL would: calls that were sent stay sent, and nothing else happens. */
  kill(): void;
  /** Ends the instance as SIGTERM would: calls in flight are finished. */
  stop(): Promise<void>;
}

/** Starts the limits and the gateway of one instance of the server, with a continuous load of calls. */
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
    const request = aRequest({ deadlineInMs: 2 * options.limits.timeoutMs });
    gateway.createPortalSession({ customerId: 'juniper-bakery' }, request).catch(ignore);
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
