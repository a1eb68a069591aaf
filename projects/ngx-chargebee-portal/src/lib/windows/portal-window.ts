const POLL_MS = 100;

/**
 * The browsers in which chargebee.js opens a window: those of phones and tablets, except the in-app browsers of Facebook,
 * Instagram and Google, which cannot open one.
 */
const WINDOW_BROWSERS = /^(?!.*(FBA[NV]|FB_IAB|Instagram|GSA\/)).*(android|mobile)/i;

/** Whether chargebee.js opens a window in this browser, unless it is configured not to. */
export const opensWindow = (): boolean => WINDOW_BROWSERS.test(navigator.userAgent);

/** Whether the browser lets a page open a window now, as it does for some seconds after a click. */
export const mayOpenWindow = (): boolean =>
  // Older browsers do not report it.
  (navigator as Partial<Navigator>).userActivation?.isActive !== false;

/**
 * Whether this is WebKit: Safari, and every browser on iOS. WebKit lets a click open a window for one second, from timers
 * and promises that the click has started, but not from events such as a script's `error`. Chromium and Firefox allow it
 * for five seconds, from anywhere.
 */
export const isWebKit = (): boolean => navigator.vendor.startsWith('Apple');

/** The outcome of `window.open` during a call. */
export interface OpenedWindow {
  /** Undefined when `window.open` was not called, `null` when the window was blocked. */
  window?: Window | null;
}

/**
 * Runs a task, and watches whether it opens a window. chargebee.js does not report that its window was blocked, so
 * `window.open` is replaced for the duration of that synchronous call.
 */
export function watchWindowOpen(task: () => void): OpenedWindow {
  const host: { open: (...args: Parameters<Window['open']>) => Window | null } = window;
  const original = host.open;
  const opened: OpenedWindow = {};
  const watched: typeof original = (...args) =>
    (opened.window = mayOpenWindow() ? original.apply(window, args) : null);
  Reflect.set(host, 'open', watched); // Other code may have made it read-only: then this does nothing.
  try {
    task();
  } catch (error) {
    // chargebee.js may fail because it has no window. That it was blocked is the error to report, then.
    if (opened.window !== null) throw error;
  } finally {
    Reflect.set(host, 'open', original);
  }
  return opened;
}

/** Calls back once when a window has been closed. Returns a function that stops watching. */
export function watchWindowClose(opened: Window, onClosed: () => void): () => void {
  const timer = setInterval(() => {
    if (!opened.closed) return;
    stop();
    onClosed();
  }, POLL_MS);
  const stop = () => clearInterval(timer);
  return stop;
}

/**
 * Opens a window for a portal that chargebee.js cannot show: within the click, to be navigated later. It says that it is
 * waiting. Returns `undefined` when the browser blocks it. It keeps its `opener`, without which it could not be closed
 * when the user changes (decision 9).
 */
export function openWaitingWindow(): Window | undefined {
  const opened = mayOpenWindow() && window.open('', '_blank');
  if (!opened) return undefined;
  try {
    showWaitingText(opened.document);
  } catch {
    // A web view may open something that is no window of this page's.
  }
  return opened;
}

/** The window is blank until there is a session. It has the title of the page that has opened it. */
function showWaitingText(page: Document): void {
  page.title = document.title;
  page.documentElement.lang = 'en';
  const text = page.createElement('p');
  text.setAttribute('role', 'status');
  text.textContent = 'Opening the billing portal…';
  Object.assign(text.style, { font: '16px sans-serif', margin: '20vh 1rem', textAlign: 'center' });
  page.body.append(text);
}
