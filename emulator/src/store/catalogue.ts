import { notFound } from '../errors.js';
import type { StoreCore } from './core.js';
import type { Item, ItemPrice, Subscription } from './resources.js';
import { planItem } from './subscription-items.js';

/** The items and item prices of the site. */
export class Catalogue {
  constructor(private readonly core: StoreCore) {}

  /** @throws ChargebeeError `resource_not_found` */
  itemPrice(id: string, param?: string): ItemPrice {
    return this.core.tables.item_prices.require(id, param);
  }

  /** @throws ChargebeeError `resource_not_found` */
  item(id: string): Item {
    return this.core.tables.items.require(id);
  }

  /** Returns the active plans in a currency, cheapest first. */
  plans(currency: string): ItemPrice[] {
    return this.core.tables.item_prices
      .list(
        (price) =>
          price.item_type === 'plan' &&
          price.status === 'active' &&
          price.currency_code === currency,
      )
      .sort((a, b) => a.price - b.price);
  }

  /** @throws ChargebeeError `resource_not_found` when the item price does not exist or is not a plan */
  plan(id: string, param: string): ItemPrice {
    const price = this.itemPrice(id, param);
    if (price.item_type !== 'plan') throw notFound(id, param);
    return price;
  }

  /** Returns the item price of a subscription's plan. */
  planOf(subscription: Subscription): ItemPrice {
    return this.itemPrice(planItem(subscription).item_price_id);
  }

  addItem(input: Omit<Item, 'object' | 'created_at'>): Item {
    return this.core.tables.items.insert({
      ...input,
      object: 'item',
      created_at: this.core.clock.now(),
    });
  }

  addItemPrice(input: Omit<ItemPrice, 'object' | 'created_at' | 'item_type'>): ItemPrice {
    return this.core.tables.item_prices.insert({
      ...input,
      item_type: this.item(input.item_id).type,
      object: 'item_price',
      created_at: this.core.clock.now(),
    });
  }
}
