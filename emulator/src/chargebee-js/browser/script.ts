/** This script's element. `document.currentScript` is set only while the script first runs, so it is stored here. */
export const script =
  document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;

/** The URL of this script, or of the page when there is no script element. */
export const scriptUrl = new URL(script?.src ?? location.href);
