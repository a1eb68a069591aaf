import { PortalError } from '../errors.js';

/** A function of the host app's that may take so long; whoever asks does not wait for ever for one that never comes back. */
export function inTime<Argument, Result>(
  milliseconds: number,
  work: (argument: Argument) => Result | Promise<Result>,
): (argument: Argument) => Promise<Result> {
  return async (argument) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const cause = new Error(`${work.name || 'a function of the host app'} took too long`);
        const message = 'The answer takes too long. Try again.';
        reject(new PortalError('BILLING_UNAVAILABLE', message, { cause }));
      }, milliseconds);
    });
    try {
      return await Promise.race([work(argument), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
