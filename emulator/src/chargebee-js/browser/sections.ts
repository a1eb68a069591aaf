import type { Chargebee, SectionType } from './types.js';

/** The portal's sections, as `Chargebee.getPortalSections()` returns them. */
export const sections = {
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
} as const satisfies Record<keyof ReturnType<Chargebee['getPortalSections']>, SectionType>;

/** The sections that `openSection` can show as a card. */
export const cardSections: readonly SectionType[] = [
  sections.SUBSCRIPTION_DETAILS,
  sections.ACCOUNT_DETAILS,
  sections.ADDRESS,
  sections.BILLING_HISTORY,
  sections.PAYMENT_SOURCES,
];
