import type { PageMessage } from '../messages.js';
import { Authentication } from './auth.js';
import { opensWindow } from './device.js';
import { asDocumented } from './documented.js';
import { functionsOf, Portal } from './portal.js';
import { loadStyles } from './styles.js';
import type {
  Callbacks,
  Cart,
  ChargebeePortal,
  CheckoutCallbacks,
  CheckoutOptions,
  HeededInitOptions,
  Locale,
  PortalCallbacks,
  PortalInstance,
  PortalSessionSource,
} from './types.js';
import { Viewer, type Mode } from './viewer.js';

/** What the merchant's function for checkout callbacks is given: there are no carts here. */
const emptyCart = { products: [] } satisfies Partial<Cart> as unknown as Cart;

/** What `Chargebee.init()` gives. */
export class Instance implements PortalInstance {
  /** Not in the types, but there. */
  readonly site?: string;
  readonly #authentication = new Authentication();
  readonly #viewer: Viewer;
  readonly #domain: string;
  readonly #mode: Mode;
  #portalCallbacks?: Callbacks;
  #checkoutCallbacks?: CheckoutCallbacks;
  #locale?: Locale;

  /** @param scriptOrigin Where the pages are when the options name no domain. */
  constructor(options: HeededInitOptions, scriptOrigin: string) {
    if (!options.site) throw new Error('Chargebee: init() needs the site.');
    if (!asDocumented('instance-site')) this.site = options.site;
    this.#domain = originOf(options.domain) ?? scriptOrigin;
    this.#locale = options.locale;
    if (options.portalSession) this.setPortalSession(options.portalSession);
    this.#mode = modeOf(options);
    this.#viewer = new Viewer(this.#domain, this.#mode, this.#authentication, this.#pageUrl);
    loadStyles(this.#domain, options.cspNonce);
  }

  /** Takes the token of a session, or the function that gets one; called only while the customer is not authenticated. */
  setPortalSession(source: PortalSessionSource): void {
    this.#authentication.setSource(source);
  }

  createChargebeePortal(): ChargebeePortal {
    return new Portal(this.#viewer, this.#pageUrl, () => this.#portalCallbacks);
  }

  /** Callbacks for the portal from here on, the one that is open included. They replace those given to `open`. */
  setPortalCallbacks(callbacks: PortalCallbacks): void {
    this.#portalCallbacks = functionsOf(callbacks);
    if (!asDocumented('portal-callbacks')) this.#viewer.setPortalCallbacks(this.#portalCallbacks);
  }

  /** Takes a function that gives callbacks for hosted pages; it is called at each opening. */
  setCheckoutCallbacks(callbacks: CheckoutCallbacks): void {
    this.#checkoutCallbacks = callbacks;
  }

  /** Opens a hosted page. Of its callbacks those given here come before those of `setCheckoutCallbacks`. */
  openCheckout(options: CheckoutOptions): void {
    const { hostedPage, hostedPageUrl, url } = options;
    const known = hostedPageUrl ?? url ?? (typeof hostedPage === 'string' ? hostedPage : undefined);
    if (!known && typeof hostedPage !== 'function') {
      throw new Error('Chargebee: openCheckout() needs hostedPage, a function that gets one.');
    }
    this.#viewer.show({
      layout: 'checkout',
      url: known ? this.#checkoutUrl(known) : async () => this.#fetchCheckout(hostedPage),
      portal: false,
      callbacks: {
        ...functionsOf(this.#checkoutCallbacks?.(emptyCart) ?? {}),
        ...functionsOf(options),
      },
      silent: false,
    });
  }

  setLocale(locale: Locale): void {
    this.#locale = locale;
  }

  /** Forgets the customer at once, and tells the portal to; nobody waits for its answer. */
  logout(): void {
    const next = this.#authentication.reset();
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = 'Logging out of the billing portal';
    frame.src = this.#pageUrl(`/portal/v2/logout?next_login=${next}`);
    frame.addEventListener('load', () => frame.remove());
    document.body.append(frame);
  }

  /** Closes what is open and frees the instance for the next opening. Calls no callback. */
  closeAll(): void {
    this.#viewer.closeAll();
  }

  /** A message that arrived at this page's window. */
  receive(event: MessageEvent, message: PageMessage): void {
    if (event.origin === this.#domain) this.#viewer.receive(event, message);
  }

  async #fetchCheckout(hostedPage: CheckoutOptions['hostedPage']): Promise<string> {
    const page = typeof hostedPage === 'function' ? await hostedPage() : undefined;
    if (!page?.url) throw new Error('Chargebee: the hosted page has no url.');
    return this.#checkoutUrl(page.url);
  }

  #checkoutUrl(url: string): string {
    return this.#withHost(new URL(url, this.#domain));
  }

  readonly #pageUrl = (path: string): string => this.#withHost(new URL(path, this.#domain));

  /** The origin of this page goes along, for the page there to answer to no other; not when that page takes this one's place. */
  #withHost(url: URL): string {
    if (this.#mode !== 'redirect') url.searchParams.set('host', location.origin);
    if (this.#locale) url.searchParams.set('locale', this.#locale);
    return url.href;
  }
}

function originOf(domain: string | undefined): string | undefined {
  if (!domain) return undefined;
  return new URL(domain.includes('://') ? domain : `https://${domain}`).origin;
}

function modeOf({ enableRedirectMode, iframeOnly }: HeededInitOptions): Mode {
  if (enableRedirectMode) return 'redirect';
  if (iframeOnly) return 'modal';
  return opensWindow(navigator.userAgent, asDocumented('in-app-browsers')) ? 'window' : 'modal';
}
