import { createApiKeys } from '../../src/gateway/api-keys.js';
import {
  createChargebeeGateway,
  type ChargebeeGatewayOptions,
  type ManagedGateway,
} from '../../src/gateway/gateway.js';
import type { RequestEnd, UpstreamRequest } from '../../src/gateway/types.js';
import { PortalError } from '../../src/errors.js';
import { createLimits, type Limits, type LimitsOptions } from '../../src/limits/index.js';
import { LightAbortSignal } from '../../src/light-abort-signal.js';

/** Creates a logger that records its messages. */
export function recordingLogger(): LimitsOptions['logger'] & {
  messages: string[];
  facts: object[];
} {
  const messages: string[] = [];
  const facts: object[] = [];
  const keep = (level: string) => (more: object, message: string) => {
    facts.push(more);
    messages.push(`${level} ${message}`);
  };
  return { messages, facts, info: keep('info'), warn: keep('warn') };
}

/** Creates limits, by default high ones, of a process that has been running for more than its first minute. */
export function limitsOf(options: Partial<LimitsOptions> = {}): Limits {
  const { clock = () => performance.now() } = options;
  let ahead = 0;
  const limits = createLimits({
    site: 'acme-test',
    requestsPerMinute: 1000,
    maxConcurrency: 40,
    userRequestsPerMinute: 20,
    timeoutMs: 5000,
    logger: recordingLogger(),
    ...options,
    clock: () => clock() + ahead,
  });
  ahead = 1_000_000;
  return limits;
}

/** Creates a gateway to a test's upstream. */
export function gatewayTo(
  baseUrl: string,
  quota: ChargebeeGatewayOptions['quota'],
  options: Partial<ChargebeeGatewayOptions> = {},
): ManagedGateway {
  return createChargebeeGateway({
    site: 'acme-test',
    apiKeys: createApiKeys(['test_upstream_key']),
    baseUrl,
    timeoutMs: 5000,
    maxSockets: 40,
    quota,
    ...options,
  });
}

/** Creates a request, by default with a deadline in 20 seconds. */
export function aRequest(
  options: Partial<UpstreamRequest> & { deadlineInMs?: number } = {},
): UpstreamRequest {
  const { deadlineInMs = 20_000, ...rest } = options;
  return {
    deadline: performance.now() + deadlineInMs,
    signal: requestSignal(),
    origin: {},
    ...rest,
  };
}

/** Creates the signal of a request. */
export const requestSignal = (): UpstreamRequest['signal'] => new LightAbortSignal<RequestEnd>();

/** Creates a signal of a caller who has disconnected. */
export function abortedSignal(): UpstreamRequest['signal'] {
  const signal = requestSignal();
  signal.abort('caller_gone');
  return signal;
}

/** Returns the `PortalError` of a call that must reject with one. */
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
