const POLL_MS = 500;

// The browsers in which chargebee.js opens a window: phones and tablets, but for the in-app browsers of Facebook,
// Instagram and Google, which cannot.
const MOBILE = /android|webos|iphone|ipad|ipod|blackberry|iemobile|opera mini|mobile/i;
const IN_APP = /FBAN|FBAV|FB_IAB|Instagram|GSA\//;

/** Whether chargebee.js, once it is there, would open a window in this browser. */
export const opensWindow = ({ userAgent }: Navigator): boolean =>
  MOBILE.test(userAgent) && !IN_APP.test(userAgent);

/** Whether the browser would let a window open now: within a click, where it tells. */
export const mayOpenWindow = ({ navigator }: Window): boolean =>
  (navigator as Partial<Pick<Navigator, 'userActivation'>>).userActivation?.isActive !== false;

/**
 * Runs something that may open a window, and tells whether the browser blocked it. chargebee.js does not tell, so
 * `window.open` is watched for the length of that one synchronous call.
 */
export function isBlocked(win: Window, run: () => void): boolean {
  const watched: { open: (...args: Parameters<Window['open']>) => Window | null } = win;
  const native = watched.open;
  let blocked = false;
  watched.open = (...args) => {
    const opened = mayOpenWindow(win) ? native.apply(win, args) : null;
    blocked ||= !opened;
    return opened;
  };
  try {
    run();
  } catch (error) {
    // Without its window chargebee.js may trip over it; what matters then is that it was blocked.
    if (!blocked) throw error;
  } finally {
    watched.open = native;
  }
  return blocked;
}

/** A window of our own for a portal that chargebee.js cannot show: opened within the click, and sent on later. */
export class PortalWindow {
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(private readonly win: Window) {}

  /** Opens an empty window, or gives `undefined` when the browser blocks it. Its `opener` is cut. */
  static open(win: Window): PortalWindow | undefined {
    const opened = mayOpenWindow(win) ? win.open('', '_blank') : null;
    if (!opened) return undefined;
    opened.opener = null;
    return new PortalWindow(opened);
  }

  /** Sends the window to an address. */
  go(url: string): void {
    this.win.location.replace(url);
  }

  /** Shows the window again; tells whether it is still there. */
  focus(): boolean {
    this.win.focus();
    return !this.win.closed;
  }

  /** Calls back once, when the window has been closed. */
  onClosed(callback: () => void): void {
    this.#timer = setInterval(() => {
      if (!this.win.closed) return;
      this.forget();
      callback();
    }, POLL_MS);
  }

  /** Stops watching the window. */
  forget(): void {
    clearInterval(this.#timer);
  }

  /** Closes the window. */
  close(): void {
    this.forget();
    this.win.close();
  }
}
