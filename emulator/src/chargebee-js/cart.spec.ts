import { Cart } from './browser/cart/cart.js';
import { Product } from './browser/cart/product.js';

describe('A product', () => {
  it('adds, changes and removes its plan and add-ons', () => {
    const product = new Product('growth');
    expect([product.planId, product.planQuantity]).toEqual(['growth', 1]);
    product.setPlanQuantity(3).incrementPlanQuantity().decrementPlanQuantity();
    expect(product.planQuantity).toBe(3);
    product.setPlanQuantity(1).decrementPlanQuantity();
    expect(product.planQuantity).toBe(1);

    product.addAddon('seat').addAddon({ id: 'space', quantity: 2 });
    product.incrementAddonQty('seat').incrementAddonQty('seat').decrementAddonQty('space');
    expect(product.addons).toEqual([
      { id: 'seat', quantity: 3 },
      { id: 'space', quantity: 1 },
    ]);
    product.decrementAddonQty('space').incrementAddonQty('none');
    product.addAddon({ id: 'seat', quantity: 9 }).removeAddon('space');
    expect(product.addons).toEqual([{ id: 'seat', quantity: 9 }]);
    expect(product.setAddons([]).addons).toEqual([]);
  });

  it('has charges, coupons and data', () => {
    const product = new Product('growth').addCharge('setup').addCharge({ id: 'training' });
    product.incrementChargeQty('setup').decrementChargeQty('training').removeCharge({ id: 'none' });
    expect(product.charges).toEqual([
      { id: 'setup', quantity: 2 },
      { id: 'training', quantity: 1 },
    ]);
    expect(product.removeCharge('setup').setCharges([{ id: 'a' }]).charges).toEqual([{ id: 'a' }]);

    product.addCoupon('a').addCoupon('a').addCoupon('b').addCoupon('c');
    expect(product.coupons).toEqual(['a', 'b', 'c']);
    expect(product.removeCoupon('b').coupons).toEqual(['a', 'c']);
    expect(product.removeCoupon().coupons).toEqual([]);
    expect(product.setCustomData({ cf_a: '1' }).data).toEqual({ cf_a: '1' });
  });

  it('has items, of which the first is the plan', () => {
    const product = new Product('growth');
    product.addItem(product.createItem('seat', 2));
    product.getItem('seat')?.setQuantity(4);
    expect(product.items.map(({ item_price_id, quantity }) => [item_price_id, quantity])).toEqual([
      ['growth', undefined],
      ['seat', 4],
    ]);
    product.removeItem('growth');
    expect(product.planId).toBe('seat');
    product.setItems([product.createItem('scale')]);
    expect(product.planId).toBe('scale');
    expect(product.getItem('none')).toBeUndefined();
  });
});

describe('A cart', () => {
  let opened: string[];
  let cart: Cart;
  beforeEach(() => {
    opened = [];
    cart = new Cart('http://localhost:4010', (url) => opened.push(url));
  });

  it('has one product, which adding another one replaces', () => {
    const [first, second] = [new Product('starter'), new Product('growth')];
    cart.addItem(first).replaceProduct(second);
    expect(cart.products).toEqual([second]);
    expect(cart.fetchItem('growth')).toBe(second);
    expect(cart.fetchItem('starter')).toBeUndefined();
    expect(cart.removeItem(second).products).toEqual([]);
    expect(() => cart.proceedToCheckout()).toThrowError(/no product/);
    expect(opened).toEqual([]);
  });

  it('opens the URL of its checkout', () => {
    const product = new Product('growth', 2)
      .addAddon({ id: 'seat', quantity: 3 })
      .addCharge('setup');
    product.data = { cf_team: 'north', ignored: { nested: true } };
    cart
      .replaceProduct(product)
      .setCustomer({ email: 'a@b.example', billing_address: { city: 'Porto' } })
      .setShippingAddress({ city: 'Braga' })
      .proceedToCheckout();
    const url = new URL(opened[0] ?? '');
    expect(url.origin + url.pathname).toBe('http://localhost:4010/hosted_pages/checkout');
    expect([...url.searchParams]).toEqual([
      ['subscription_items[item_price_id][0]', 'growth'],
      ['subscription_items[quantity][0]', '2'],
      ['subscription_items[item_price_id][1]', 'seat'],
      ['subscription_items[quantity][1]', '3'],
      ['subscription_items[item_price_id][2]', 'setup'],
      ['subscription[cf_team]', 'north'],
      ['customer[email]', 'a@b.example'],
      ['billing_address[city]', 'Porto'],
      ['shipping_address[city]', 'Braga'],
    ]);
  });

  it('warns of coupons, which have no effect', () => {
    const warn = spyOn(console, 'warn');
    const url = cart.replaceProduct(new Product('growth').addCoupon('spring')).generateUrl();
    expect(new URL(url).searchParams.get('coupon_ids[0]')).toBe('spring');
    expect(warn).toHaveBeenCalledOnceWith(jasmine.stringContaining('spring'));
  });
});
