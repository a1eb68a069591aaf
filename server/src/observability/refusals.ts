import { PortalError } from '../errors.js';
import { KeysUnavailableError } from '../identity/key-set.js';
import { Refusal } from '../identity/refusal.js';
import type { PortalMetrics } from './metrics.js';
import type { SampledLog } from './sampled-log.js';

/**
 * Counts an error of `authenticate`, and logs a refusal with what was expected and what came. Unexpected errors are logged where
 * they are answered.
 *
 * @param request what is known of the request, such as its id, its address and its user agent
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
    if (!(cause instanceof KeysUnavailableError)) metrics.countAuthenticationError();
    const line = () => ({ err: cause ?? error, ...request });
    log.warn('unverifiable', line, 'the caller cannot be verified');
  }
}
