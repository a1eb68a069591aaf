import type { EventName } from '../messages.js';
import type {
  CbInstance,
  CheckoutCallbacks,
  CheckoutOptions,
  HeededInitOptions,
  InitOptions,
  PortalCallbacks,
  PortalInstance,
  PortalOptions,
} from './types.js';

/**
 * What Chargebee's types have and this script has not, or has no use for. Together with what is here it has to be all of them: a member, an
 * option or a callback that a later version of the types brings does not compile until it is here or on one of these lists. The guide says
 * why of each.
 */
export const leftOutMembers = [
  'cart',
  'getCart',
  'initializeProduct',
  'getProduct',
  'createCheckout',
  'estimates',
  'vat',
  'setBusinessEntity',
  'components',
  'createComponent',
  'tokenize',
  'load',
  'load3DSHandler',
  'create3DSHandler',
  'authorizeWith3ds',
  'loadAmazonpay',
  'handlePayment',
  'cancelPage',
  'pricingTable',
  'personalizedOffers',
] as const satisfies readonly (keyof CbInstance)[];

/** Options that are taken and change nothing. */
export const ignoredOptions = [
  'publishableKey',
  'isItemsModel',
  'businessEntityId',
  'recaptchaKey',
  'enableTopLevelRedirectOnSuccess',
  'enableGATracking',
  'enableFBQTracking',
  'enableGTMTracking',
  'enableRefersionTracking',
  'enableFriendbuyTracking',
] as const satisfies readonly (keyof InitOptions)[];

/** Callbacks that nothing here ever calls. */
export const leftOutCallbacks = ['resize'] as const satisfies readonly CallbackName[];

/** The keys of a type that has others besides, such as `[callback: string]`. */
type NamedKeys<T> = keyof {
  [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: unknown;
};
/** The names of the functions among options. */
type FunctionKeys<T> = {
  [Key in NamedKeys<T>]-?: Exclude<T[Key & keyof T], undefined> extends (...data: never[]) => void
    ? Key
    : never;
}[NamedKeys<T>];

/** Every callback of the portal and of checkouts that the types name anywhere. */
type CallbackName =
  | FunctionKeys<PortalOptions>
  | FunctionKeys<PortalCallbacks>
  | FunctionKeys<CheckoutOptions>
  | FunctionKeys<ReturnType<CheckoutCallbacks>>;

type CalledName = EventName | 'loaded' | 'close' | 'error';

type Nothing<T extends never> = T;

/** What nobody has decided about. Each has to be nothing, or it does not compile. */
export type Undecided = [
  Nothing<Exclude<keyof CbInstance, keyof PortalInstance | (typeof leftOutMembers)[number]>>,
  Nothing<Exclude<keyof InitOptions, keyof HeededInitOptions | (typeof ignoredOptions)[number]>>,
  Nothing<Exclude<CallbackName, CalledName | (typeof leftOutCallbacks)[number]>>,
  Nothing<Exclude<CalledName, CallbackName>>,
];
