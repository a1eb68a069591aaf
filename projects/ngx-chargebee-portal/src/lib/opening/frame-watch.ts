import { findPortalFrame } from '../chargebee-js/portal-frame';

const POLL_MS = 250;

/** Watches the portal's iframe, and the page that it is shown over. */
export class FrameWatch {
  readonly #isOpen: () => boolean;
  readonly #onClosed: () => void;
  readonly #onNavigated: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #route = currentRoute();
  #frame?: HTMLIFrameElement;
  #wasVisible = false;
  #timesMissing = 0;
  #lastLoadAt = 0;

  /**
   * @param isOpen Whether the portal is shown: until then its iframe may be hidden while it loads.
   * @param onClosed Called when the iframe has gone.
   * @param onNavigated Called when the application shows another page.
   */
  constructor(isOpen: () => boolean, onClosed: () => void, onNavigated: () => void) {
    this.#isOpen = isOpen;
    this.#onClosed = onClosed;
    this.#onNavigated = onNavigated;
    this.#timer = setInterval(() => this.#check(), POLL_MS);
    this.#check();
  }

  /** When the iframe has loaded a page last, by `performance.now()`; 0 if it has not. */
  get lastLoadAt(): number {
    return this.#lastLoadAt;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const found = findPortalFrame();
    if (found && found.frame !== this.#frame) {
      this.#frame = found.frame;
      found.frame.addEventListener('load', () => (this.#lastLoadAt = performance.now()));
    }
    this.#wasVisible ||= !!found?.isVisible;
    const isMissing = this.#wasVisible && (this.#isOpen() ? !found?.isVisible : !found);
    this.#timesMissing = isMissing ? this.#timesMissing + 1 : 0; // Once may be a replacement by chargebee.js.
    if (this.#timesMissing > 1) this.#onClosed();
    else if (currentRoute() !== this.#route) this.#onNavigated();
  }
}

/** The part of the address that decides which page is shown: the path, also of a router that keeps it in the fragment. */
function currentRoute(): string {
  const { pathname, hash } = location;
  return /^#!?\//.test(hash) ? pathname + hash.split('?')[0] : pathname;
}
