import { z } from 'zod';
import type { Catalogue } from '../store/catalogue.js';
import type { NewCheckout } from '../store/checkouts.js';
import type { HostedPageOptions } from '../store/hosted-pages.js';
import { address } from './addresses.js';
import { itemList, requirePlan } from './item-list.js';
import {
  chosenId,
  email,
  nestedWithCustomFields,
  oneOf,
  optionalText,
  parseParameters,
  timestamp,
  url,
} from './parameters.js';

/** The parameters that all checkouts share. */
export const pageOptions = {
  redirect_url: url,
  cancel_url: url,
  pass_thru_content: optionalText(2048),
};

const schema = z.strictObject({
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
  } = parseParameters(schema, parameters);
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
