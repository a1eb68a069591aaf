// The browsers in which chargebee.js opens a window: phones and tablets (Apple's call themselves mobile, too), but for
// the in-app browsers of Facebook, Instagram and Google, which cannot.
const WINDOWED = /^(?!.*(FBA[NV]|FB_IAB|Instagram|GSA\/)).*(android|mobile)/i;

/** Whether chargebee.js, once it is there, would open a window in this browser. */
export const opensWindow = (): boolean => WINDOWED.test(navigator.userAgent);

/** Whether the browser would let a window open now: within a click, where it tells. */
const mayOpenWindow = (): boolean =>
  // Older browsers do not tell.
  (navigator as Partial<Navigator>).userActivation?.isActive !== false;

/**
 * Runs something that may open a window, and tells whether the browser blocked it. chargebee.js does not tell, so
 * `window.open` is watched for the length of that one synchronous call.
 */
export function isBlocked(run: () => void): boolean {
  const watched: { open: (...args: Parameters<Window['open']>) => Window | null } = window;
  const native = watched.open;
  let blocked = false;
  watched.open = (...args) => {
    const opened = mayOpenWindow() ? native.apply(window, args) : null;
    blocked = !opened;
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
export interface PortalWindow {
  /** Sends the window to an address. */
  go(url: string): void;
  /** Closes the window. */
  close(): void;
}

/**
 * Opens an empty window with its `opener` cut, or gives `undefined` when the browser blocks it.
 *
 * @param onClosed Called when the window has been closed, if it was not by `close()`.
 */
export function openPortalWindow(onClosed: () => void): PortalWindow | undefined {
  const POLL_MS = 500;
  const opened = mayOpenWindow() && open('', '_blank');
  if (!opened) return undefined;
  const timer = setInterval(() => {
    if (opened.closed) onClosed();
  }, POLL_MS);
  return {
    go: (url) => opened.location.replace(url),
    close() {
      clearInterval(timer);
      opened.close();
    },
  };
}
