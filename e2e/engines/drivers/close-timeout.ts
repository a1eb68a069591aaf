/** How long a browser may take to close before it is killed, in milliseconds. */
const CLOSE_TIMEOUT_MS = 15_000;

/** Waits for a browser or one of its programs to close. Resolves to whether it has closed within the timeout. */
export async function withinCloseTimeout(closed: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CLOSE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([closed.then(() => true), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
