import type { Frame, FrameEvents } from './frame.js';

const POLL_INTERVAL_MS = 300;

/** A new window. Open it synchronously in the click handler, or the browser blocks it. */
export class Popup implements Frame {
  #window: Window | null = null;
  #closePoll?: ReturnType<typeof setInterval>;

  constructor(private readonly events: FrameEvents) {}

  get contentWindow(): Window | null {
    return this.#window;
  }

  open(url: string): boolean {
    this.#window = window.open(url, 'cb-frame');
    if (!this.#window) return false;
    this.#closePoll = setInterval(() => {
      if (this.#window?.closed) this.events.closed();
    }, POLL_INTERVAL_MS);
    return true;
  }

  navigate(url: string): void {
    if (this.#window) this.#window.location.href = url;
  }

  reveal(): void {
    // A window has no loader.
  }

  hideLoader(): void {
    // A window has no loader.
  }

  close(): void {
    clearInterval(this.#closePoll);
    this.#window?.close();
    this.#window = null;
  }
}
