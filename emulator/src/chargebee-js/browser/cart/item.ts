import type { Item } from '../types.js';

/** Creates an item of a product: an item price with its quantity. */
export function createItem(itemPriceId: string, quantity?: number): Item {
  const item: Item = {
    item_price_id: itemPriceId,
    setQuantity: (value) => {
      item.quantity = value;
    },
    setQuantityInDecimal: (value) => {
      item.quantity_in_decimal = value;
    },
    setType: (value) => {
      item.item_type = value;
    },
  };
  if (quantity !== undefined) item.quantity = quantity;
  return item;
}
