import { PortalError } from '../errors.js';
import { KeysUnavailableError } from '../identity/key-set.js';
import { Refusal } from '../identity/refusal.js';
import type { PortalMetrics } from './metrics.js';
import type { SampledLog } from './sampled-log.js';

/**
 * Counts an error of `authenticate`, and logs a refusal with the expected and the actual value. Unexpected errors are logged
 * by the error handlers.
 *
 * @param request details of the request for the log, such as its id, address and user agent
 */
export function reportAuthenticationError(
  error: unknown,
  log: SampledLog,
  metrics: PortalMetrics,
  request: object = {},
): void {
  if (!(error instanceof PortalError)) {
    metrics.countAuthenticationError();
    return;
  }
  const { cause } = error;
  if (cause instanceof Refusal) {
    const { reason, facts } = cause;
    metrics.countRefusal(reason);
    log.info(reason, () => ({ reason, ...facts, ...request }), 'the caller was refused');
  } else {
    // While there is no key at all, the metrics of the key set show it.
    const isShown = cause instanceof KeysUnavailableError && !metrics.hasUsableKeys;
    if (!isShown) metrics.countAuthenticationError();
    const line = () => ({ err: cause ?? error, ...request });
    log.warn('unverifiable', line, 'the caller cannot be verified');
  }
}
