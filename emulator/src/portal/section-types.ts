/** The path of each section by its name in chargebee.js. `:subscription` and `:payment_source` are parameters of the section. */
export const sectionPaths: Readonly<Record<string, string>> = {
  sub_details: '/portal/v2/subscriptions/:subscription',
  sub_cancel: '/portal/v2/subscriptions/:subscription/cancel',
  edit_subscription: '/portal/v2/subscriptions/:subscription/edit',
  scheduled_changes: '/portal/v2/subscriptions/:subscription/scheduled-changes',
  portal_edit_subscription_cf: '/portal/v2/subscriptions/:subscription/custom-fields',
  portal_choose_payment_method: '/portal/v2/subscriptions/:subscription/payment-method',
  account_details: '/portal/v2/account',
  portal_edit_account: '/portal/v2/account/edit',
  portal_address: '/portal/v2/addresses',
  portal_edit_billing_address: '/portal/v2/addresses/billing',
  portal_edit_shipping_address: '/portal/v2/addresses/shipping',
  portal_payment_methods: '/portal/v2/payment-methods',
  portal_add_payment_method: '/portal/v2/payment-methods/add',
  portal_view_payment_method: '/portal/v2/payment-methods/:payment_source',
  portal_edit_payment_method: '/portal/v2/payment-methods/:payment_source/edit',
  portal_billing_history: '/portal/v2/billing-history',
};

export type SectionParameter = 'subscription' | 'payment_source';

/**
 * Returns the path of a section.
 * @param parameter Returns the id for a parameter, or undefined when there is none.
 * @returns Undefined for an unknown section or a missing parameter.
 */
export function sectionPath(
  section: string,
  parameter: (name: SectionParameter) => string | undefined,
): string | undefined {
  if (!Object.hasOwn(sectionPaths, section)) return undefined;
  let complete = true;
  const path = sectionPaths[section]?.replace(
    /:(subscription|payment_source)/g,
    (_, name: SectionParameter) => {
      const value = parameter(name);
      if (value === undefined) complete = false;
      return encodeURIComponent(value ?? '');
    },
  );
  return complete ? path : undefined;
}
