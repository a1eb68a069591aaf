import type { Addon, Customer, Item, ShippingAddress } from '../types.js';
import type { Product } from './product.js';

type Parameters = [name: string, value: string][];

/** Returns the parameters of a checkout's URL: those of `POST /hosted_pages/checkout_new_for_items`. */
export function checkoutParameters(
  { items, addons, charges, coupons, data }: Product,
  { customer, shippingAddress }: { customer: Customer; shippingAddress: ShippingAddress },
): Parameters {
  const { billing_address, ...details } = customer;
  return [
    ...[...items, ...[...addons, ...charges].map(toItem)].flatMap(itemParameters),
    ...coupons.map((coupon, i): Parameters[number] => [`coupon_ids[${i}]`, coupon]),
    ...nested('subscription', data),
    ...nested('customer', details),
    ...nested('billing_address', billing_address ?? {}),
    ...nested('shipping_address', shippingAddress),
  ];
}

const toItem = ({ id, quantity }: Addon): Pick<Item, 'item_price_id' | 'quantity'> => ({
  item_price_id: id,
  ...(quantity === undefined ? {} : { quantity }),
});

const itemParameters = (
  { item_price_id, quantity }: Pick<Item, 'item_price_id' | 'quantity'>,
  i: number,
): Parameters => [
  [`subscription_items[item_price_id][${i}]`, item_price_id],
  // Pages may set a quantity from a form field, which is a string.
  ...(quantity === undefined
    ? []
    : ([[`subscription_items[quantity][${i}]`, String(quantity)]] as Parameters)),
];

const nested = (parent: string, values: object): Parameters =>
  Object.entries(values)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => [`${parent}[${name}]`, String(value)]);
