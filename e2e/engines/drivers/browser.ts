/** A browser engine that the flows run in. */
export interface Engine {
  readonly name: string;
  /** Why it cannot run on this machine; undefined when it can. */
  readonly missing: string | undefined;
  launch(options?: LaunchOptions): Promise<Browser>;
}

export interface LaunchOptions {
  /** Calls itself a phone's browser, for which chargebee.js opens a window. */
  phone?: boolean;
  /** Accepts no cookie of another site's frame, where the engine has such a setting. */
  refuseThirdPartyCookies?: boolean;
}

/** A running browser with an empty profile, whose popup blocker is on, as people have it. */
export interface Browser {
  /** The browser's name with its version. */
  readonly version: string;
  openTab(url: string): Promise<Tab>;
  /** Does something, and gives the window that opens within some seconds; runs no script meanwhile. */
  windowOf(action: () => Promise<void>): Promise<Tab | undefined>;
  /** How many tabs and windows it has, its own first one included. */
  countWindows(): Promise<number>;
  close(): Promise<void>;
}

/** A tab or a window. */
export interface Tab {
  load(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Brings it to the front. */
  select(): Promise<void>;
  /** Waits for a button of this name, and presses it with the mouse. Runs no script between that and what follows. */
  press(button: string): Promise<void>;
  /** Has the page press a button by itself, so late that no gesture of the person counts any more. */
  pressWithoutGesture(button: string): Promise<void>;
  pressEscape(): Promise<void>;
  /** The text that the page shows. */
  text(): Promise<string>;
  /** The text that the portal's modal shows; empty where there is none. */
  portalText(): Promise<string>;
  /** The text of the element that has the focus. */
  focusedText(): Promise<string>;
  /** Whether chargebee.js is there. */
  hasChargebee(): Promise<boolean>;
  close(): Promise<void>;
}

/** The XPath of a button by what it says. */
export const buttonPath = (name: string): string => `//button[normalize-space()='${name}']`;

/** The selector of the portal's iframe, in chargebee.js's modal. */
export const portalFrame = 'dialog iframe';

/** Milliseconds for what should be there soon, on a busy machine too. */
export const PATIENCE = 20_000;

/** Longer than a click counts as one in any of the browsers, and so than a window may take to open. */
export const GESTURE_IS_OVER = 6_000;
