import type types from '@chargebee/chargebee-js-types';

/** Chargebee's own types, so that the compiler checks this script against them. */
export type Chargebee = types.default;
export type CbInstance = ReturnType<Chargebee['init']>;
export type InitOptions = Parameters<Chargebee['init']>[0];
export type ChargebeePortal = ReturnType<CbInstance['createChargebeePortal']>;
export type PortalOptions = NonNullable<Parameters<ChargebeePortal['open']>[0]>;
export type ForwardOptions = NonNullable<Parameters<ChargebeePortal['open']>[1]>;
export type CheckoutOptions = Parameters<CbInstance['openCheckout']>[0];
export type PortalCallbacks = Parameters<CbInstance['setPortalCallbacks']>[0];
/** Returns the callbacks for the checkout of a cart. */
export type CheckoutCallbacks = Parameters<CbInstance['setCheckoutCallbacks']>[0];
export type Cart = Parameters<CheckoutCallbacks>[0];
export type PortalSessionSource = Parameters<CbInstance['setPortalSession']>[0];
export type Locale = Parameters<CbInstance['setLocale']>[0];
export type SectionType = NonNullable<ForwardOptions['sectionType']>;

/** The part of the instance that concerns the portal and hosted pages. */
export type PortalInstance = Pick<
  CbInstance,
  | 'setPortalSession'
  | 'createChargebeePortal'
  | 'setPortalCallbacks'
  | 'openCheckout'
  | 'setCheckoutCallbacks'
  | 'setLocale'
  | 'logout'
  | 'closeAll'
>;

/** The options of `init` that have an effect in the emulator. */
export type SupportedInitOptions = Pick<
  InitOptions,
  'site' | 'domain' | 'locale' | 'portalSession' | 'iframeOnly' | 'cspNonce' | 'enableRedirectMode'
>;

/** Callbacks by name. Includes `error`, which Chargebee's portal types lack. */
export type Callbacks = Partial<Record<string, (data?: unknown) => void>>;
