/**
 * Calls a function of the application or of chargebee.js. An error that it throws is reported like any uncaught error of
 * the page, and does not reach the caller.
 */
export function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}
