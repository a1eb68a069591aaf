import {
  createChargebeeGateway,
  type ChargebeeGatewayOptions,
  type ManagedGateway,
  type UpstreamRequest,
} from '../../src/gateway/index.js';
import { PortalError } from '../../src/errors.js';
import { createLimits, type Limits, type LimitsOptions } from '../../src/limits/index.js';
import { StopSignal } from '../../src/stop-signal.js';

/** A logger that keeps what it is told. */
export function keepingLogger(): LimitsOptions['logger'] & { messages: string[] } {
  const messages: string[] = [];
  return {
    messages,
    info: (_facts, message) => messages.push(`info ${message}`),
    warn: (_facts, message) => messages.push(`warn ${message}`),
  };
}

/** Limits with room for everything, unless told otherwise. */
export function limitsOf(options: Partial<LimitsOptions> = {}): Limits {
  return createLimits({
    site: 'acme-test',
    requestsPerMinute: 1000,
    maxConcurrency: 40,
    userRequestsPerMinute: 20,
    timeoutMs: 5000,
    instances: 1,
    logger: keepingLogger(),
    ...options,
  });
}

/** A gateway to an upstream of the test's. */
export function gatewayTo(
  baseUrl: string,
  quota: ChargebeeGatewayOptions['quota'],
  options: Partial<ChargebeeGatewayOptions> = {},
): ManagedGateway {
  return createChargebeeGateway({
    site: 'acme-test',
    apiKey: 'test_upstream_key',
    baseUrl,
    timeoutMs: 5000,
    maxSockets: 40,
    quota,
    ...options,
  });
}

/** A request that is being worked for, with time enough unless told otherwise. */
export function aRequest(
  options: Partial<UpstreamRequest> & { ms?: number } = {},
): UpstreamRequest {
  const { ms = 20_000, ...rest } = options;
  return {
    deadline: performance.now() + ms,
    signal: new StopSignal(),
    origin: {},
    ...rest,
  };
}

/** The signal of a request whose caller has gone already. */
export function stopped(): StopSignal {
  const signal = new StopSignal();
  signal.stop();
  return signal;
}

/** The `PortalError` that a call must reject with. */
export async function failureOf(call: Promise<unknown>): Promise<PortalError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof PortalError) {
      return error;
    }
    throw error;
  }
  throw new Error('The call succeeded.');
}
