import { createItem } from './item.js';
import { Product } from './product.js';

interface ElementProduct {
  product: Product;
  /** The attributes from which the product was created. */
  attributes: string;
}

const products = new WeakMap<Element, ElementProduct>();

/**
 * Returns the product of a `data-cb-type="checkout"` element. Returns the same object until the element's attributes change, so that a
 * page can change it before the click.
 * @throws Error when the element names no plan
 */
export function productOf(element: HTMLElement): Product {
  const attributes = element
    .getAttributeNames()
    .filter((name) => name.startsWith('data-cb-'))
    .map((name) => `${name}=${element.getAttribute(name)}`)
    .join('\n');
  const known = products.get(element);
  if (known?.attributes === attributes) return known.product;
  const product = createProduct(element);
  products.set(element, { product, attributes });
  return product;
}

/** Creates a product from `data-cb-item-0`, or from `data-cb-plan-id` and `data-cb-addons_id_0`. */
function createProduct(element: HTMLElement): Product {
  const value = (name: string) => element.getAttribute(`data-cb-${name}`) ?? undefined;
  const quantity = (name: string) => {
    const text = value(name);
    return text === undefined ? undefined : Number(text);
  };
  const planId = value('item-0') ?? value('plan-id');
  if (!planId) throw new Error('Chargebee: the element names no plan, such as by data-cb-item-0.');
  const product = new Product(planId, quantity('item-0-quantity') ?? quantity('plan-quantity'));
  for (let i = 1; value(`item-${i}`); i++) {
    product.addItem(createItem(value(`item-${i}`) ?? '', quantity(`item-${i}-quantity`)));
  }
  for (let i = 0; value(`addons_id_${i}`); i++) {
    const count = quantity(`addons_quantity_${i}`);
    product.addAddon({
      id: value(`addons_id_${i}`) ?? '',
      ...(count === undefined ? {} : { quantity: count }),
    });
  }
  return product;
}
