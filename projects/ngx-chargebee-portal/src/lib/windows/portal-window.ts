import { callSafely } from '../portal/call-safely';

/**
 * The user agents for which chargebee.js opens a window: phones and tablets, except the in-app browsers of Facebook, Instagram
 * and Google, which cannot open windows.
 */
const WINDOW_BROWSERS = /^(?!.*(FBA[NV]|FB_IAB|Instagram|GSA\/)).*(android|mobile)/i;

/** Returns whether chargebee.js opens a window in this browser by default. */
export const opensWindow = (): boolean => WINDOW_BROWSERS.test(navigator.userAgent);

/** Returns whether the browser allows opening a window now: for some seconds after a click. */
export const mayOpenWindow = (): boolean =>
  // Older browsers do not have `userActivation`.
  (navigator as Partial<Navigator>).userActivation?.isActive !== false;

/**
 * Returns whether the engine is WebKit: Safari, and every browser on iOS. WebKit allows opening a window for one second after
 * a click, in timers and promises that the click has started, but not in events such as a script's `error`. Chromium and
 * Firefox allow it for five seconds, anywhere.
 */
export const isWebKit = (): boolean => navigator.vendor.startsWith('Apple');

/** The outcome of `window.open` during a call. */
export interface OpenedWindow {
  /** Undefined if `window.open` was not called, `null` if the window was blocked. */
  window?: Window | null;
}

/**
 * Runs a task, and returns the window that it has opened. chargebee.js does not report a blocked window, so `window.open` is
 * replaced while the synchronous task runs.
 */
export function watchWindowOpen(task: () => void): OpenedWindow {
  const host: { open: (...args: Parameters<Window['open']>) => Window | null } = window;
  const original = host.open;
  const opened: OpenedWindow = {};
  const watched: typeof original = (...args) =>
    (opened.window = openWindow(() => original.apply(window, args)) ?? null);
  Reflect.set(host, 'open', watched); // Has no effect, and does not throw, if other code has made it read-only.
  try {
    task();
  } catch (error) {
    // chargebee.js may fail because the window was blocked. Then the caller reports the blocked window instead.
    if (opened.window !== null) throw error;
  } finally {
    Reflect.set(host, 'open', original);
  }
  return opened;
}

/**
 * Calls `window.open`, unless the browser would block the window. Other code may have replaced the function by one that throws,
 * or that returns a promise, an empty object or a proxy of the window. Only a window has itself as `window`.
 */
const openWindow = (open: () => Window | null): Window | undefined =>
  mayOpenWindow() ? callSafely(() => open()?.window) : undefined;

/**
 * Opens a window for a portal without chargebee.js. It shows a waiting text until it is navigated to the access URL. Returns
 * `undefined` if the browser blocks it. It keeps its `opener`, because without that it cannot be closed when the user changes
 * (decision 9).
 */
export function openWaitingWindow(): Window | undefined {
  const opened = openWindow(() => window.open('', '_blank'));
  try {
    if (opened) showWaitingText(opened.document);
  } catch {
    // In some web views the opened window belongs to another program, and its document is not accessible.
  }
  return opened;
}

/** Shows a text until there is a session. The window gets the title of this page. */
function showWaitingText(page: Document): void {
  page.title = document.title;
  page.documentElement.lang = 'en';
  const text = page.createElement('p');
  text.setAttribute('role', 'status');
  text.textContent = 'Opening the billing portal…';
  Object.assign(text.style, { font: '16px sans-serif', margin: '20vh 1rem', textAlign: 'center' });
  page.body.append(text);
}
