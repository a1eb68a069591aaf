import { findPortalFrame } from '../chargebee-js/portal-frame';

const POLL_MS = 250;

/** Polls for the portal's iframe being closed, and for the application navigating to another page below it. */
export class FrameWatch {
  /** The portal's iframe. */
  frame?: HTMLIFrameElement;
  /** The time of the iframe's last `load` event, in milliseconds of `performance.now()`; 0 before the first one. */
  lastLoadAt = 0;
  readonly #isOpen: () => boolean;
  readonly #onClosed: () => void;
  readonly #onNavigated: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #route = currentRoute();
  #wasVisible = false;
  #timesMissing = 0;

  /**
   * @param isOpen Returns whether the portal is shown. Before that, a hidden iframe is loading, and not closed.
   * @param onClosed Called when the iframe has been removed or hidden.
   * @param onNavigated Called when the application has navigated to another page.
   */
  constructor(isOpen: () => boolean, onClosed: () => void, onNavigated: () => void) {
    this.#isOpen = isOpen;
    this.#onClosed = onClosed;
    this.#onNavigated = onNavigated;
    this.#timer = setInterval(() => this.#check(), POLL_MS);
    this.#check();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const found = findPortalFrame();
    if (found && found.frame !== this.frame) {
      this.frame = found.frame;
      found.frame.addEventListener('load', () => (this.lastLoadAt = performance.now()));
    }
    this.#wasVisible ||= !!found?.isVisible;
    const isMissing = this.#wasVisible && (this.#isOpen() ? !found?.isVisible : !found);
    this.#timesMissing = isMissing ? this.#timesMissing + 1 : 0; // chargebee.js may replace the iframe between two checks.
    if (this.#timesMissing > 1) this.#onClosed();
    else if (currentRoute() !== this.#route) this.#onNavigated();
  }
}

/**
 * Returns the part of the URL that selects the application's page: the path, and the path in the fragment, if there is one.
 * Leaves out matrix parameters and the other outlets, such as `(popup:menu)`: a menu in one of them is closed by a click in it.
 */
function currentRoute(): string {
  const { pathname, hash } = location;
  return (pathname + hash).replace(/#(?!!?\/).*|\?.*|;[^/#]*|\(.+:.*\)/g, '');
}
