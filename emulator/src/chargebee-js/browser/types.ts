import type types from '@chargebee/chargebee-js-types';
import type { unsupportedCartMembers, unsupportedProductMembers } from '../members.js';

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
export type CartArgument = Parameters<CheckoutCallbacks>[0];
export type PortalSessionSource = Parameters<CbInstance['setPortalSession']>[0];
export type Locale = Parameters<CbInstance['setLocale']>[0];
export type SectionType = NonNullable<ForwardOptions['sectionType']>;

type CartType = ReturnType<CbInstance['getCart']>;
type ProductType = ReturnType<CbInstance['getProduct']>;
export type Item = ProductType['items'][number];
export type Addon = ProductType['addons'][number];
export type Customer = CartType['customer'];
export type ShippingAddress = CartType['shippingAddress'];

/** A type without some members. Its methods that return the type itself may return anything; that value has its own check. */
type Without<Type, Missing extends PropertyKey> = {
  [Key in Exclude<keyof Type, Missing>]: Type[Key] extends (...input: infer Input) => Type
    ? (...input: Input) => unknown
    : Type[Key];
};

/** A product, without the members that are not emulated. In contrast to Chargebee's type, an item may be undefined. */
export type DropInProduct = Without<
  ProductType,
  (typeof unsupportedProductMembers)[number] | 'getItem'
>;
/** A cart, without the members that are not emulated and those whose types contain products. */
export type DropInCart = Without<
  CartType,
  | (typeof unsupportedCartMembers)[number]
  | 'products'
  | 'addItem'
  | 'replaceProduct'
  | 'fetchItem'
  | 'removeItem'
>;

/** The part of the instance that concerns the portal, hosted pages and drop-in links. */
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
> & {
  readonly cart: DropInCart;
  getCart(): DropInCart;
  initializeProduct(planId: string, planQuantity?: number): DropInProduct;
  getProduct(element: HTMLElement): DropInProduct;
};

/** The options of `init` that have an effect in the emulator. */
export type SupportedInitOptions = Pick<
  InitOptions,
  'site' | 'domain' | 'locale' | 'portalSession' | 'iframeOnly' | 'cspNonce' | 'enableRedirectMode'
>;

/** Callbacks by name. Includes `error`, which Chargebee's portal types lack. */
export type Callbacks = Partial<Record<string, (data?: unknown) => void>>;
