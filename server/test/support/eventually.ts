/** Longer than any condition takes on a busy machine. Without it, polling would continue after the timeout of its spec. */
const MAX_WAIT_MS = 120_000;

/**
 * Resolves when a condition holds.
 * @throws Error after two minutes
 */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  // A timer, since specs advance the clocks of `Date` and `performance`.
  const deadline = AbortSignal.timeout(MAX_WAIT_MS);
  while (!(await holds())) {
    if (deadline.aborted) {
      throw new Error(`This does not hold after ${MAX_WAIT_MS} ms: ${holds.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
