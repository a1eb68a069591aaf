import { defer, firstValueFrom, type ObservableInput } from 'rxjs';
import { PortalError } from '../portal-error';
import { toPortalError } from './backend-error';

/**
 * The backend's one answer. Rejects with a `PortalError`: of its own making, `INVALID_RESPONSE`, or `NETWORK_ERROR`
 * when there is none in time.
 */
export function answerOf<T>(
  ask: () => ObservableInput<T>,
  isValid: (answer: T | undefined) => unknown,
): Promise<T> {
  const LIMIT_MS = 45_000; // Longer than a backend takes that answers at all.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new PortalError('NETWORK_ERROR')), LIMIT_MS);
    firstValueFrom(defer(ask), { defaultValue: undefined })
      .then((answer) => {
        if (!isValid(answer)) throw new PortalError('INVALID_RESPONSE');
        resolve(answer as T);
      })
      .catch((error: unknown) => reject(toPortalError(error)))
      .finally(() => clearTimeout(timer));
  });
}
