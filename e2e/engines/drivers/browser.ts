/** A browser engine that the flows run in. */
export interface Engine {
  readonly name: string;
  /** Why it cannot run on this machine; undefined when it can. */
  readonly unavailableReason: string | undefined;
  launch(options?: LaunchOptions): Promise<Browser>;
}

export interface LaunchOptions {
  /** Whether to send the user agent of a phone, for which chargebee.js opens a window. */
  phone?: boolean;
  /** Whether to block third-party cookies. Ignored by engines that have no such setting. */
  refuseThirdPartyCookies?: boolean;
}

/** A running browser with an empty profile. Its popup blocker is on, as it is by default. */
export interface Browser {
  /** The browser's name with its version. */
  readonly version: string;
  openTab(url: string): Promise<Tab>;
  /** Runs an action, and returns the window that it opens, or undefined if none opens within `USER_ACTIVATION_MS`. Runs no script meanwhile. */
  windowOpenedBy(action: () => Promise<void>): Promise<Tab | undefined>;
  /** The number of tabs and windows, including the one that the browser starts with. */
  countWindows(): Promise<number>;
  close(): Promise<void>;
}

/** A tab or a window. */
export interface Tab {
  load(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Brings it to the front. */
  select(): Promise<void>;
  /** Waits for the button with this name, and clicks it with the mouse. Runs no script afterwards, which could count as a user gesture. */
  press(button: string): Promise<void>;
  /** Clicks a button from a script, after the user activation of earlier clicks has expired. */
  pressWithoutGesture(button: string): Promise<void>;
  /** Presses Escape. Poll for its effect, since it may not have been handled yet. */
  pressEscape(): Promise<void>;
  /** The text that the page shows. */
  text(): Promise<string>;
  /** The text that the portal's modal shows; empty where there is none, or while it loads and does not handle keys yet. */
  portalText(): Promise<string>;
  /** The text of the focused element. */
  focusedText(): Promise<string>;
  /** Whether chargebee.js has been loaded. */
  hasChargebee(): Promise<boolean>;
  close(): Promise<void>;
}

/** Returns the XPath of the button with this text. */
export const buttonPath = (name: string): string => `//button[normalize-space()='${name}']`;

/** The selector of the portal's iframe, in chargebee.js's modal. */
export const portalFrame = 'dialog iframe';

/** The timeout for elements and responses, long enough for a busy machine, in milliseconds. */
export const TIMEOUT_MS = 20_000;

/** The timeout for a single command to a browser, longer than all others, in milliseconds. */
export const COMMAND_TIMEOUT_MS = 60_000;

/** How long to wait until a click no longer allows a page to open a window, in any of the browsers, in milliseconds. */
export const USER_ACTIVATION_MS = 6_000;
