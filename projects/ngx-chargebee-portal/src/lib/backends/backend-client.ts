import { firstValueFrom, from, type ObservableInput } from 'rxjs';
import { PortalError } from '../portal-error';
import { toPortalError } from './backend-error';

/** The backend's one answer. Rejects with a `PortalError`: of its own making, or `INVALID_RESPONSE`. */
export async function answerOf<T>(
  ask: () => ObservableInput<T>,
  isValid: (answer: T | undefined) => unknown,
): Promise<T> {
  try {
    const answer = await firstValueFrom(from(ask()), { defaultValue: undefined });
    if (isValid(answer)) return answer as T;
  } catch (error) {
    throw toPortalError(error);
  }
  throw new PortalError('INVALID_RESPONSE');
}
