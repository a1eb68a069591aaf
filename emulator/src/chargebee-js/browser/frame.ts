/** Shows a page, in an iframe inside a modal or in a new window. */
export interface Frame {
  /** Opens a page. Returns false when that failed, for example because the browser blocked the window. */
  open(url: string, layout: Layout): boolean;
  /** Replaces the page shown. */
  navigate(url: string): void;
  /** The window that the page's messages come from. */
  readonly contentWindow: Window | null;
  /** Call it when the page has reported that it is visible: removes the loader and moves focus into the page. */
  reveal(): void;
  /** Removes the loader without moving focus: a page that does not run our script would not handle Escape. */
  hideLoader(): void;
  close(): void;
}

/** `card` shows a single section of the portal. */
export type Layout = 'portal' | 'card' | 'checkout';

/** Events of a frame: the user has closed it, or a document has loaded in it, whatever that document is. */
export interface FrameEvents {
  closed: () => void;
  loaded: () => void;
}
