/** User agents for `fakeBrowser()`. */
export const PHONE =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';
export const DESKTOP =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
export const INSTAGRAM = `${PHONE} Instagram 300.0.0.0`;

/** An opened window, with the members that the library uses. */
export class FakeWindow {
  readonly #self = this;
  opener: unknown = window;
  closed = false;
  focused = 0;
  readonly visited: string[] = [];
  readonly document = document.implementation.createHTMLDocument();
  readonly location = { replace: (url: string) => this.visited.push(url) };

  /** As in browsers, throws when it is read with a proxy as `this`: a proxy has no private fields. */
  get window(): this {
    return this.#self;
  }

  /** Closes the window, unless it was navigated and has no opener any more: browsers do not close such a window. */
  close(): void {
    this.closed = !this.visited.length || this.opener === window;
  }

  focus(): void {
    this.focused += 1;
  }
}

interface BrowserOptions {
  userAgent?: string;
  vendor?: string;
  /** Whether the user has just clicked; null in a browser without `navigator.userActivation`. */
  active?: boolean | null;
}

/** Changes the user agent, vendor and user activation until the end of the spec, and records opened windows. */
export function fakeBrowser({
  userAgent = DESKTOP,
  vendor = 'Google Inc.',
  active = true,
}: BrowserOptions = {}) {
  const activation = active === null ? undefined : { isActive: active };
  Object.defineProperty(navigator, 'userAgent', { value: userAgent, configurable: true });
  Object.defineProperty(navigator, 'vendor', { value: vendor, configurable: true });
  Object.defineProperty(navigator, 'userActivation', { value: activation, configurable: true });
  const windows: FakeWindow[] = [];
  const browser = {
    windows,
    blocking: false,
    failure: undefined as Error | undefined,
    /** Converts an opened window to what `window.open` returns, if other code has replaced it. */
    wrap: (opened: FakeWindow): unknown => opened,
    lastArgs: [] as unknown[],
  };
  spyOn(window, 'open').and.callFake((...args) => {
    browser.lastArgs = args;
    if (browser.failure) throw browser.failure;
    if (browser.blocking) return null;
    const opened = new FakeWindow();
    windows.push(opened);
    return browser.wrap(opened) as Window;
  });
  return browser;
}

/** Advances the clock, so that a window that is closed now counts as closed by the user. Earlier it would count as blocked. */
export function passBlockingTime(): void {
  const now = performance.now.bind(performance);
  spyOn(performance, 'now').and.callFake(() => now() + 400);
}

// For all specs: with the user agent of a phone left behind, a later spec would open windows.
afterEach(() => {
  Reflect.deleteProperty(navigator, 'userAgent');
  Reflect.deleteProperty(navigator, 'vendor');
  Reflect.deleteProperty(navigator, 'userActivation');
});
