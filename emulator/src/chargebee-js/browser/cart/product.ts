import type { Addon, DropInProduct, Item } from '../types.js';
import { createItem } from './item.js';

/** A product in a cart: a plan with its add-ons. Like Chargebee's, it can be changed by its methods or by writing to its lists. */
export class Product implements DropInProduct {
  /** The plan, followed by the add-ons and charges that were added as items. */
  items: Item[] = [];
  addons: Addon[] = [];
  charges: Addon[] = [];
  coupons: string[] = [];
  /** Attributes of the subscription, such as custom fields. */
  data: Record<string, unknown> = {};

  constructor(planId: string, planQuantity?: number) {
    this.items.push(createItem(planId, planQuantity));
  }

  get planId(): string {
    return this.items[0]?.item_price_id ?? '';
  }

  get planQuantity(): number {
    return this.items[0]?.quantity ?? 1;
  }

  setPlanQuantity(quantity = 1): this {
    this.items[0]?.setQuantity(quantity);
    return this;
  }

  incrementPlanQuantity(): this {
    return this.setPlanQuantity(this.planQuantity + 1);
  }

  decrementPlanQuantity(): this {
    return this.setPlanQuantity(Math.max(1, this.planQuantity - 1));
  }

  setAddons(addons: Addon[]): this {
    this.addons = addons;
    return this;
  }

  addAddon(addon: Addon | string): this {
    this.addons = withAddon(this.addons, addon);
    return this;
  }

  removeAddon(addon: Addon | string): this {
    this.addons = withoutAddon(this.addons, addon);
    return this;
  }

  incrementAddonQty(id: string): this {
    changeQuantity(this.addons, id, 1);
    return this;
  }

  decrementAddonQty(id: string): this {
    changeQuantity(this.addons, id, -1);
    return this;
  }

  setCharges(charges: Addon[]): this {
    this.charges = charges;
    return this;
  }

  addCharge(charge: Addon | string): this {
    this.charges = withAddon(this.charges, charge);
    return this;
  }

  removeCharge(charge: Addon | string): this {
    this.charges = withoutAddon(this.charges, charge);
    return this;
  }

  incrementChargeQty(id: string): this {
    changeQuantity(this.charges, id, 1);
    return this;
  }

  decrementChargeQty(id: string): this {
    changeQuantity(this.charges, id, -1);
    return this;
  }

  addCoupon(coupon: string): this {
    if (!this.coupons.includes(coupon)) this.coupons.push(coupon);
    return this;
  }

  /** Removes a coupon, or all of them. */
  removeCoupon(coupon?: string): this {
    this.coupons = coupon === undefined ? [] : this.coupons.filter((one) => one !== coupon);
    return this;
  }

  setCustomData(data: object): this {
    this.data = { ...data };
    return this;
  }

  createItem(itemPriceId: string, quantity?: number): Item {
    return createItem(itemPriceId, quantity);
  }

  addItem(item: Item): void {
    this.items.push(item);
  }

  setItems(items: Item[]): void {
    this.items = items;
  }

  getItem(itemPriceId: string): Item | undefined {
    return this.items.find((item) => item.item_price_id === itemPriceId);
  }

  removeItem(itemPriceId: string): void {
    this.items = this.items.filter((item) => item.item_price_id !== itemPriceId);
  }
}

const toAddon = (addon: Addon | string): Addon =>
  typeof addon === 'string' ? { id: addon } : addon;

const withoutAddon = (addons: readonly Addon[], addon: Addon | string): Addon[] =>
  addons.filter(({ id }) => id !== toAddon(addon).id);

/** Adds an add-on. Replaces an existing one with the same id. */
const withAddon = (addons: readonly Addon[], addon: Addon | string): Addon[] => [
  ...withoutAddon(addons, addon),
  toAddon(addon),
];

function changeQuantity(addons: readonly Addon[], id: string, by: 1 | -1): void {
  const addon = addons.find((one) => one.id === id);
  if (addon) addon.quantity = Math.max(1, (addon.quantity ?? 1) + by);
}
