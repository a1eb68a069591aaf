import { z } from 'zod';
import type { Catalogue } from '../store/catalogue.js';
import type { ExistingCheckout, NewCheckout } from '../store/checkouts.js';
import type { HostedPageOptions } from '../store/hosted-pages.js';
import { address } from './addresses.js';
import { changeTimeOf, itemList, requirePlan } from './item-list.js';
import {
  boolean,
  chosenId,
  nested,
  email,
  nestedWithCustomFields,
  oneOf,
  optionalText,
  parseParameters,
  requiredText,
  timestamp,
  url,
} from './parameters.js';

/** The parameters that all checkouts share. */
const pageOptions = {
  redirect_url: url,
  cancel_url: url,
  pass_thru_content: optionalText(2048),
};

const newSchema = z.strictObject({
  ...pageOptions,
  subscription: nestedWithCustomFields({
    id: chosenId.optional(),
    start_date: timestamp.optional(),
    trial_end: timestamp.optional(),
    auto_collection: oneOf(['on', 'off']).optional(),
    po_number: optionalText(100),
  }),
  customer: nestedWithCustomFields({
    id: chosenId.optional(),
    email,
    first_name: optionalText(150),
    last_name: optionalText(150),
    company: optionalText(250),
    phone: optionalText(50),
    locale: optionalText(50),
    taxability: oneOf(['taxable', 'exempt']).optional(),
    vat_number: optionalText(20),
  }),
  billing_address: address.optional(),
  shipping_address: address.optional(),
  subscription_items: itemList,
});

const existingSchema = z.strictObject({
  ...pageOptions,
  subscription: nested({ id: requiredText(50) }),
  subscription_items: itemList.optional(),
  replace_items_list: boolean.optional(),
  change_option: oneOf(['immediately', 'end_of_term']).optional(),
  reactivate: boolean.optional(),
});

/**
 * Parses the parameters of a checkout of a new subscription.
 * @throws ChargebeeError `param_wrong_value`, `resource_not_found`
 */
export function parseNewCheckout(
  catalogue: Catalogue,
  parameters: unknown,
): { checkout: NewCheckout; options: HostedPageOptions } {
  const {
    subscription,
    customer,
    billing_address,
    shipping_address,
    subscription_items,
    ...options
  } = parseParameters(newSchema, parameters);
  return {
    options,
    checkout: {
      kind: 'new',
      customer: { ...customer, ...(billing_address ? { billing_address } : {}) },
      subscription: {
        ...subscription,
        ...requirePlan(catalogue, subscription_items),
        ...(shipping_address
          ? { shipping_address: { ...shipping_address, object: 'shipping_address' } }
          : {}),
      },
    },
  };
}

/** Parses the parameters of a checkout of an existing subscription. @throws ChargebeeError `param_wrong_value` */
export function parseExistingCheckout(parameters: unknown): {
  checkout: ExistingCheckout;
  options: HostedPageOptions;
} {
  const { subscription, subscription_items, replace_items_list, change_option, ...rest } =
    parseParameters(existingSchema, parameters);
  const { reactivate = true, ...options } = rest;
  return {
    options,
    checkout: {
      kind: 'existing',
      subscription_id: subscription.id,
      ...(subscription_items ? { items: subscription_items } : {}),
      replace: replace_items_list ?? false,
      at: changeTimeOf({ change_option }),
      reactivate,
    },
  };
}
