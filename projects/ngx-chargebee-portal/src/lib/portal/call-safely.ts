/**
 * Calls a function of the application or of other code. An error that it throws is reported like any uncaught error of the
 * page, and does not reach the caller, who gets undefined. jsdom, happy-dom and Node have no `reportError`.
 */
export function callSafely<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    const { reportError = console.error } = globalThis as Partial<typeof globalThis>;
    reportError(error);
    return undefined;
  }
}
