import type { unsupportedMembers, members } from '../members.js';
import type { EventName } from '../messages.js';
import type {
  CbInstance,
  CheckoutCallbacks,
  CheckoutOptions,
  SupportedInitOptions,
  InitOptions,
  PortalCallbacks,
  PortalInstance,
  PortalOptions,
} from './types.js';

/**
 * The parts of Chargebee's types that this script does not implement. The type checks below fail to compile when a later version of
 * the types adds a member, option or callback that is neither implemented nor listed here. The guide explains each omission.
 */
/** Options that are accepted and have no effect. */
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

/** Callbacks that this script never calls. */
export const unsupportedCallbacks = ['resize'] as const satisfies readonly CallbackName[];

/** The keys of a type without its index signatures, such as `[callback: string]`. */
type NamedKeys<T> = keyof {
  [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: unknown;
};
/** The keys of a type whose values are functions. */
type FunctionKeys<T> = {
  [Key in NamedKeys<T>]-?: Exclude<T[Key & keyof T], undefined> extends (...data: never[]) => void
    ? Key
    : never;
}[NamedKeys<T>];

/** The names of all callbacks in Chargebee's types for the portal and for checkouts. */
type CallbackName =
  | FunctionKeys<PortalOptions>
  | FunctionKeys<PortalCallbacks>
  | FunctionKeys<CheckoutOptions>
  | FunctionKeys<ReturnType<CheckoutCallbacks>>;

type ImplementedCallbackName = EventName | 'loaded' | 'close' | 'error';

type Member = (typeof members)[number];

type AssertNever<T extends never> = T;

/** Each entry must be `never`: anything else is neither implemented nor listed, and does not compile. */
export type AssertNothingMissing = [
  AssertNever<Exclude<keyof CbInstance, Member | (typeof unsupportedMembers)[number]>>,
  AssertNever<Exclude<Member | (typeof unsupportedMembers)[number], keyof CbInstance>>,
  AssertNever<Exclude<Member, keyof PortalInstance>>,
  AssertNever<
    Exclude<keyof InitOptions, keyof SupportedInitOptions | (typeof ignoredOptions)[number]>
  >,
  AssertNever<
    Exclude<CallbackName, ImplementedCallbackName | (typeof unsupportedCallbacks)[number]>
  >,
  AssertNever<Exclude<ImplementedCallbackName, CallbackName>>,
];
