import type { Customer, DropInCart, ShippingAddress } from '../types.js';
import { checkoutParameters } from './checkout-parameters.js';
import type { Product } from './product.js';

/** The products that the customer of this page is about to buy. The checkout is opened by its URL, without an API call. */
export class Cart implements DropInCart {
  products: Product[] = [];
  customer: Customer = {};
  shippingAddress: ShippingAddress = {};

  /** @param openCheckout Opens the checkout page of the URL. */
  constructor(
    private readonly domain: string,
    private readonly openCheckout: (url: string) => void,
  ) {}

  /** A checkout has one product, so this replaces the one in the cart. */
  addItem(product: Product): this {
    return this.replaceProduct(product);
  }

  replaceProduct(product: Product): this {
    this.products = [product];
    return this;
  }

  fetchItem(planId: string): Product | undefined {
    return this.products.find((product) => product.planId === planId);
  }

  removeItem(product: Product): this {
    this.products = this.products.filter((one) => one !== product);
    return this;
  }

  setCustomer(customer: Customer): this {
    this.customer = customer;
    return this;
  }

  setShippingAddress(address: ShippingAddress): this {
    this.shippingAddress = address;
    return this;
  }

  proceedToCheckout(): void {
    this.openCheckout(this.generateUrl());
  }

  /** Returns the URL of the checkout. */
  generateUrl(): string {
    const [product] = this.products;
    if (!product) throw new Error('Chargebee: the cart has no product. Call replaceProduct().');
    if (product.coupons.length > 0) {
      console.warn(
        `chargebee-emulator: there are no coupons, so it ignores ${product.coupons.join(', ')}.`,
      );
    }
    const url = new URL('/hosted_pages/checkout', this.domain);
    for (const [name, value] of checkoutParameters(product, this)) {
      url.searchParams.append(name, value);
    }
    return url.href;
  }
}
