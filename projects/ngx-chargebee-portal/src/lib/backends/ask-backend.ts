import { defer, firstValueFrom, type ObservableInput } from 'rxjs';
import { PortalError } from '../portal/portal-error';
import { toPortalError } from './backend-error';

/** Longer than the default deadline of chargebee-portal-server, whose error is more specific. */
const TIMEOUT_MS = 45_000;

/**
 * Returns the backend's first answer.
 *
 * @throws PortalError Rejects with the backend's error, with `INVALID_RESPONSE`, or with `NETWORK_ERROR` after the timeout
 */
export function askBackend<T>(
  ask: () => ObservableInput<T>,
  isValid: (answer: T | undefined) => unknown,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new PortalError('NETWORK_ERROR')), timeoutMs);
    firstValueFrom(defer(ask), { defaultValue: undefined })
      .then((answer) => {
        if (!isValid(answer)) throw new PortalError('INVALID_RESPONSE');
        resolve(answer as T);
      })
      .catch((error: unknown) => reject(toPortalError(error)))
      .finally(() => clearTimeout(timer));
  });
}
