import type { Frame, FrameEvents } from './frame.js';

const watchEveryMs = 300;

/** A new window, opened within the click that asked for it. */
export class Popup implements Frame {
  #window: Window | null = null;
  #watch?: ReturnType<typeof setInterval>;

  constructor(private readonly events: FrameEvents) {}

  get contentWindow(): Window | null {
    return this.#window;
  }

  open(url: string): boolean {
    this.#window = window.open(url, 'cb-frame');
    if (!this.#window) return false;
    this.#watch = setInterval(() => {
      if (this.#window?.closed) this.events.closed();
    }, watchEveryMs);
    return true;
  }

  navigate(url: string): void {
    if (this.#window) this.#window.location.href = url;
  }

  markShown(): void {
    // A window has no loader of ours.
  }

  markMute(): void {
    // Nor anything that would keep the person from seeing it.
  }

  close(): void {
    clearInterval(this.#watch);
    this.#window?.close();
    this.#window = null;
  }
}
