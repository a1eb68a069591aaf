import { PortalError } from './portal-error';

declare const ngDevMode: unknown;

/**
 * The sections of the portal: Chargebee's names, and the values of `Chargebee.getPortalSections()` in chargebee.js. The
 * `visit` event has such a value as its `sectionType`.
 */
export const PORTAL_SECTIONS = {
  SUBSCRIPTION_DETAILS: 'sub_details',
  SUBSCRIPTION_CANCELLATION: 'sub_cancel',
  EDIT_SUBSCRIPTION: 'edit_subscription',
  VIEW_SCHEDULED_CHANGES: 'scheduled_changes',
  ACCOUNT_DETAILS: 'account_details',
  EDIT_ACCOUNT_DETAILS: 'portal_edit_account',
  ADDRESS: 'portal_address',
  EDIT_BILLING_ADDRESS: 'portal_edit_billing_address',
  EDIT_SHIPPING_ADDRESS: 'portal_edit_shipping_address',
  EDIT_SUBSCRIPTION_CUSTOM_FIELDS: 'portal_edit_subscription_cf',
  PAYMENT_SOURCES: 'portal_payment_methods',
  ADD_PAYMENT_SOURCE: 'portal_add_payment_method',
  EDIT_PAYMENT_SOURCE: 'portal_edit_payment_method',
  VIEW_PAYMENT_SOURCE: 'portal_view_payment_method',
  CHOOSE_PAYMENT_METHOD_FOR_SUBSCRIPTION: 'portal_choose_payment_method',
  BILLING_HISTORY: 'portal_billing_history',
} as const;

/** The name of a section of the portal. */
export type PortalSection = keyof typeof PORTAL_SECTIONS;

/** The sections about one subscription, which require its id. */
export type PortalSubscriptionSection =
  | 'SUBSCRIPTION_DETAILS'
  | 'SUBSCRIPTION_CANCELLATION'
  | 'EDIT_SUBSCRIPTION'
  | 'VIEW_SCHEDULED_CHANGES'
  | 'EDIT_SUBSCRIPTION_CUSTOM_FIELDS'
  | 'CHOOSE_PAYMENT_METHOD_FOR_SUBSCRIPTION';

/** The sections about one payment method, which require its id. */
export type PortalPaymentSourceSection = 'EDIT_PAYMENT_SOURCE' | 'VIEW_PAYMENT_SOURCE';

/** The parameters of a section. */
export interface PortalSectionParams {
  /** The id of the subscription in Chargebee. */
  subscriptionId?: string;
  /** The id of the payment source in Chargebee. */
  paymentSourceId?: string;
}

/** A section with the parameters that it requires. Without a section, the portal opens at its home page. */
export type PortalSectionOptions =
  | { section?: undefined; params?: undefined }
  | {
      section: PortalSubscriptionSection;
      params: PortalSectionParams & { subscriptionId: string };
    }
  | {
      section: PortalPaymentSourceSection;
      params: PortalSectionParams & { paymentSourceId: string };
    }
  | {
      section: Exclude<PortalSection, PortalSubscriptionSection | PortalPaymentSourceSection>;
      params?: PortalSectionParams;
    };

// Sections that `openSection` of chargebee.js can show; it throws for others. Prefixes and patterns are smaller than lists.
const CARDS = /^(SUBSCRIPTION_D|ACC|ADDR|BILL|PAY)/;
const NEEDS_SUBSCRIPTION = /SUBSCRIPTION|SCHEDULED/;
const NEEDS_PAYMENT_SOURCE = /^(EDIT|VIEW)_PAYMENT/;

/** Whether chargebee.js can show the section without the rest of the portal, with `openSection`. */
export const isCard = (section: PortalSection): boolean => CARDS.test(section);

/**
 * Checks that a section has its required parameters.
 *
 * @throws PortalError `BAD_USER_INPUT`, with the missing parameter as `argument`
 */
export function checkParams(
  section: PortalSection | '' = '',
  { subscriptionId, paymentSourceId }: PortalSectionParams = {},
): void {
  const argument =
    (NEEDS_SUBSCRIPTION.test(section) && !subscriptionId && 'subscriptionId') ||
    (NEEDS_PAYMENT_SOURCE.test(section) && !paymentSourceId && 'paymentSourceId');
  if (!argument) return;
  throw new PortalError(
    'BAD_USER_INPUT',
    typeof ngDevMode === 'undefined' || ngDevMode ? `${section} needs ${argument}.` : undefined,
    { argument },
  );
}
