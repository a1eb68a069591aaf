/**
 * Calls code that is not this library's: the application's, or chargebee.js. Its failure is reported like any uncaught error
 * of the page, and stops nothing here.
 */
export function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}
