// The part of chargebee.js that this library uses. Structural, so that apps need not install
// @chargebee/chargebee-js-types; a spec compiles the two against each other.

/** Where in the portal to go. */
export interface ChargebeeForwardOptions {
  sectionType?: string;
  params?: { subscriptionId?: string; paymentSourceId?: string };
}

/** What `createChargebeePortal` gives. */
export interface ChargebeePortal {
  open(options?: object, forwardOptions?: ChargebeeForwardOptions): void;
  openSection(sectionOptions: ChargebeeForwardOptions, options?: object): void;
}

/** Returns the session that chargebee.js authenticates with. */
export type PortalSessionSource = () => Promise<{ token: string }>;

/** What `Chargebee.init` gives. */
export interface ChargebeeInstance {
  /** Observed, though not in Chargebee's own types. */
  site?: string;
  setPortalSession(session: PortalSessionSource): void;
  setPortalCallbacks(callbacks: object): void;
  createChargebeePortal(): ChargebeePortal;
  openCheckout(options: object): void;
  setLocale(locale: string): void;
  logout(): void;
  closeAll(): void;
}

/** `window.Chargebee`. */
export interface ChargebeeGlobal {
  init(options: object): ChargebeeInstance;
  getInstance(): ChargebeeInstance;
  getPortalSections(): Record<string, string>;
  tearDown?(): void;
}
