import type { Frame, OnClosed } from './frame.js';

const watchEveryMs = 300;

/** A new window, opened within the click that asked for it. */
export class Popup implements Frame {
  #window: Window | null = null;
  #watch?: ReturnType<typeof setInterval>;
  readonly #onClosed: OnClosed;

  constructor(onClosed: OnClosed) {
    this.#onClosed = onClosed;
  }

  get contentWindow(): Window | null {
    return this.#window;
  }

  open(url: string): boolean {
    this.#window = window.open(url, 'cb-frame');
    if (!this.#window) return false;
    this.#watch = setInterval(() => {
      if (this.#window?.closed) this.#onClosed();
    }, watchEveryMs);
    return true;
  }

  navigate(url: string): void {
    if (this.#window) this.#window.location.href = url;
  }

  markShown(): void {
    // A window has no loader of ours.
  }

  close(): void {
    clearInterval(this.#watch);
    this.#window?.close();
    this.#window = null;
  }
}
