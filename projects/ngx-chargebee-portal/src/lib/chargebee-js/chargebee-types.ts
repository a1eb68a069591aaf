// The part of chargebee.js that this library uses, declared here so that apps need not install
// @chargebee/chargebee-js-types. chargebee-types.spec.ts checks that both are compatible.

/** The section to open in the portal. */
export interface ChargebeeForwardOptions {
  sectionType?: string;
  params?: { subscriptionId?: string; paymentSourceId?: string };
}

/** The result of `createChargebeePortal`. */
export interface ChargebeePortal {
  open(options?: object, forwardOptions?: ChargebeeForwardOptions): void;
  openSection(sectionOptions: ChargebeeForwardOptions, options?: object): void;
}

/** The session function: chargebee.js calls it for the session that it authenticates with. */
export type PortalSessionSource = () => Promise<{ token: string }>;

/** The result of `Chargebee.init`. */
export interface ChargebeeInstance {
  /** Not in Chargebee's types, but present in chargebee.js. */
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
