import type { PageMessage } from '../messages.js';
import {
  unsupportedCartMembers,
  unsupportedMembers,
  unsupportedProductMembers,
} from '../members.js';
import { Authentication } from './auth.js';
import { Cart } from './cart/cart.js';
import { productOf } from './cart/element-product.js';
import { Product } from './cart/product.js';
import { opensWindow } from './device.js';
import { asDocumented } from './documented.js';
import { pickCallbacks, Portal } from './portal.js';
import { loadStyles } from './styles.js';
import { addStubs } from './stubs.js';
import type {
  Callbacks,
  CartArgument,
  ChargebeePortal,
  CheckoutCallbacks,
  CheckoutOptions,
  SupportedInitOptions,
  Locale,
  PortalCallbacks,
  PortalInstance,
  PortalSessionSource,
} from './types.js';
import { Viewer, type Mode } from './viewer.js';

/** The instance that `Chargebee.init()` returns. */
export class Instance implements PortalInstance {
  /** Missing in Chargebee's types, but present on the real instance. */
  readonly site?: string;
  /** The cart for this page's drop-in links and `proceedToCheckout()`. */
  readonly cart: Cart;
  readonly #authentication = new Authentication();
  readonly #viewer: Viewer;
  readonly #domain: string;
  readonly #mode: Mode;
  #portalCallbacks?: Callbacks;
  #checkoutCallbacks?: CheckoutCallbacks;
  #locale?: Locale;

  /** @param scriptOrigin The origin of the pages when the options have no `domain`. */
  constructor(options: SupportedInitOptions, scriptOrigin: string) {
    if (!options.site) throw new Error('Chargebee: init() needs the site.');
    if (!asDocumented('instance-site')) this.site = options.site;
    this.#domain = parseOrigin(options.domain) ?? scriptOrigin;
    this.#locale = options.locale;
    if (options.portalSession) this.setPortalSession(options.portalSession);
    this.#mode = chooseMode(options);
    this.#viewer = new Viewer(this.#domain, this.#mode, this.#authentication, this.#pageUrl);
    this.cart = new Cart(this.#domain, (url) => this.openCheckout({ url }));
    loadStyles(this.#domain, options.cspNonce);
  }

  /** Sets a session token, or the function that fetches a session. The function is called only while the customer is not authenticated. */
  setPortalSession(source: PortalSessionSource): void {
    this.#authentication.setSource(source);
  }

  createChargebeePortal(): ChargebeePortal {
    return new Portal(this.#viewer, this.#pageUrl, () => this.#portalCallbacks);
  }

  /** Sets the portal callbacks, also of a portal that is already open. They replace those passed to `open`. */
  setPortalCallbacks(callbacks: PortalCallbacks): void {
    this.#portalCallbacks = pickCallbacks(callbacks);
    if (!asDocumented('portal-callbacks')) this.#viewer.setPortalCallbacks(this.#portalCallbacks);
  }

  /** Sets the function that returns callbacks for hosted pages. It is called each time one opens. */
  setCheckoutCallbacks(callbacks: CheckoutCallbacks): void {
    this.#checkoutCallbacks = callbacks;
  }

  /** Opens a hosted page. Callbacks in `options` override those of `setCheckoutCallbacks`. */
  openCheckout(options: CheckoutOptions): void {
    const { hostedPage, hostedPageUrl, url } = options;
    const givenUrl =
      hostedPageUrl ?? url ?? (typeof hostedPage === 'string' ? hostedPage : undefined);
    if (!givenUrl && typeof hostedPage !== 'function') {
      throw new Error('Chargebee: openCheckout() needs hostedPage, a function that gets one.');
    }
    this.#viewer.show({
      layout: 'checkout',
      url: givenUrl ? this.#checkoutUrl(givenUrl) : async () => this.#fetchCheckout(hostedPage),
      portal: false,
      callbacks: {
        ...pickCallbacks(this.#checkoutCallbacks?.(this.cart as unknown as CartArgument) ?? {}),
        ...pickCallbacks(options),
      },
      callbacksDisabled: false,
    });
  }

  getCart(): Cart {
    return this.cart;
  }

  /** Creates a product for the cart. */
  initializeProduct(planId: string, planQuantity?: number): Product {
    return new Product(planId, planQuantity);
  }

  /** Returns the product that a drop-in link buys. Changes to it take effect on the next click. */
  getProduct(element: HTMLElement): Product {
    return productOf(element);
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
  }

  /** Discards the login immediately and sends a logout request to the portal without waiting for its response. */
  logout(): void {
    const next = this.#authentication.reset();
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = 'Logging out of the billing portal';
    frame.src = this.#pageUrl(`/portal/v2/logout?next_login=${next}`);
    frame.addEventListener('load', () => frame.remove());
    document.body.append(frame);
  }

  /** Closes the open page, so that another one can be opened. Calls no callback. */
  closeAll(): void {
    this.#viewer.closeAll();
  }

  /** Handles a message that was posted to this window. */
  receive(event: MessageEvent, message: PageMessage): void {
    if (event.origin === this.#domain) this.#viewer.receive(event, message);
  }

  async #fetchCheckout(hostedPage: CheckoutOptions['hostedPage']): Promise<string> {
    const page = typeof hostedPage === 'function' ? await hostedPage() : undefined;
    if (!page?.url) throw new Error('Chargebee: the hosted page has no url.');
    return this.#checkoutUrl(page.url);
  }

  #checkoutUrl(url: string): string {
    return this.#withPresentation(new URL(url, this.#domain));
  }

  readonly #pageUrl = (path: string): string => this.#withPresentation(new URL(path, this.#domain));

  /** Adds the locale, and this page's origin, to which the opened page posts its messages. After a redirect there is nobody to post to. */
  #withPresentation(url: URL): string {
    if (this.#mode !== 'redirect') url.searchParams.set('host', location.origin);
    if (this.#locale) url.searchParams.set('locale', this.#locale);
    return url.href;
  }
}

addStubs(Instance.prototype, unsupportedMembers);
addStubs(Cart.prototype, unsupportedCartMembers);
addStubs(Product.prototype, unsupportedProductMembers);

function parseOrigin(domain: string | undefined): string | undefined {
  if (!domain) return undefined;
  return new URL(domain.includes('://') ? domain : `https://${domain}`).origin;
}

function chooseMode({ enableRedirectMode, iframeOnly }: SupportedInitOptions): Mode {
  if (enableRedirectMode) return 'redirect';
  if (iframeOnly) return 'modal';
  return opensWindow(navigator.userAgent, asDocumented('in-app-browsers')) ? 'window' : 'modal';
}
