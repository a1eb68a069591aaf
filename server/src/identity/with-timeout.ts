import { PortalError } from '../errors.js';
import { startTimer } from '../timer.js';

/** Wraps a function of the host app. The wrapper rejects with `BILLING_UNAVAILABLE` when it takes longer than the timeout. */
export function withTimeout<Argument, Result>(
  milliseconds: number,
  work: (argument: Argument) => Result | Promise<Result>,
): (argument: Argument) => Promise<Result> {
  return async (argument) => {
    let stopTimer = (): void => undefined;
    const timeout = new Promise<never>((_, reject) => {
      stopTimer = startTimer(milliseconds, () => {
        const cause = new Error(`${work.name || 'a function of the host app'} took too long`);
        const message = 'The answer takes too long. Try again.';
        reject(new PortalError('BILLING_UNAVAILABLE', message, { cause }));
      });
    });
    try {
      return await Promise.race([work(argument), timeout]);
    } finally {
      stopTimer();
    }
  };
}
