/** The element that this script came with. Known only while the script runs for the first time, so it is kept. */
export const script =
  document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;

/** Where this script came from; the page itself when nobody can tell. */
export const scriptUrl = new URL(script?.src ?? location.href);
