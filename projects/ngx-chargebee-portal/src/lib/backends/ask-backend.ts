import { defer, firstValueFrom, type ObservableInput } from 'rxjs';
import { PortalError } from '../portal/portal-error';
import { toPortalError } from './backend-error';

/** Longer than any backend takes that answers at all. */
const TIMEOUT_MS = 45_000;

/**
 * Resolves with the backend's first answer.
 *
 * @throws PortalError By rejection: the backend's own, `INVALID_RESPONSE`, or `NETWORK_ERROR` when there is none in time.
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
