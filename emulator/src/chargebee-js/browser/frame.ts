/** Where a page is shown: an iframe in a modal, a new window, or this very page. */
export interface Frame {
  /** Shows a page. False when that could not be, as for a blocked window. */
  open(url: string, layout: Layout): boolean;
  /** Replaces the page shown. */
  navigate(url: string): void;
  /** The window whose messages are the page's. */
  readonly contentWindow: Window | null;
  /** The page has told that it can be seen. */
  markShown(): void;
  /** What has loaded tells nothing. It is shown, but gets no focus: it would not hear Escape. */
  markMute(): void;
  close(): void;
}

/** `card` is a section of the portal alone. */
export type Layout = 'portal' | 'card' | 'checkout';

/** What a frame tells: that the person has closed it, and, where it can, that it has loaded whatever its URL gave. */
export interface FrameEvents {
  closed: () => void;
  arrived: () => void;
}
