import { invalidState } from '../errors.js';
import type { Checkout, CheckoutDetails, Checkouts } from './checkouts.js';
import { extended } from './collection.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { HostedPage, HostedPageState, StoredHostedPage } from './resources.js';

/** How long hosted pages can be opened, in seconds. */
const LIFETIMES = {
  manage_payment_sources: 3600,
  checkout_new: 3 * 3600,
  checkout_existing: 3 * 3600,
} as const satisfies Record<HostedPage['type'], number>;

/** The URLs to redirect to after the page, and the merchant's own data. */
export interface HostedPageOptions {
  redirect_url?: string | undefined;
  cancel_url?: string | undefined;
  pass_thru_content?: string | undefined;
}

const OPEN_STATES: readonly HostedPageState[] = ['created', 'requested'];

export class HostedPages {
  constructor(
    private readonly core: StoreCore,
    private readonly checkouts: Checkouts,
  ) {}

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string): HostedPage {
    return this.#withUrl(this.core.tables.hosted_pages.require(id));
  }

  list(matches?: (page: StoredHostedPage) => boolean): HostedPage[] {
    return this.core.tables.hosted_pages.list(matches).map((page) => this.#withUrl(page));
  }

  /** Creates a page for managing payment sources. @throws ChargebeeError `resource_not_found` */
  managePaymentSources(input: { customer_id: string } & HostedPageOptions): HostedPage {
    this.core.tables.customers.require(input.customer_id, 'customer[id]');
    return this.#create('manage_payment_sources', input);
  }

  /** Creates a checkout page. @throws ChargebeeError when the checkout could not be completed */
  checkout(checkout: Checkout, options: HostedPageOptions = {}): HostedPage {
    this.checkouts.preview(checkout);
    const customer_id = this.checkouts.customerOf(checkout)?.id;
    return this.#create(checkout.kind === 'new' ? 'checkout_new' : 'checkout_existing', {
      ...options,
      ...(customer_id === undefined ? {} : { customer_id }),
      checkout,
    });
  }

  #create(
    type: HostedPage['type'],
    attributes: HostedPageOptions & Pick<Partial<StoredHostedPage>, 'customer_id' | 'checkout'>,
  ): HostedPage {
    const now = this.core.clock.now();
    const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const page = this.core.tables.hosted_pages.insert({
      ...(Object.fromEntries(given) as Partial<StoredHostedPage>),
      id: randomId(35),
      object: 'hosted_page',
      type,
      state: 'created',
      embed: false,
      created_at: now,
      expires_at: now + LIFETIMES[type],
      content: {},
    });
    return this.#withUrl(page);
  }

  /** Marks the page as requested when a browser loads it. @throws ChargebeeError when it is finished or expired */
  open(id: string): HostedPage {
    const page = this.#requireOpen(id);
    return page.state === 'requested' ? page : this.#setState(page, 'requested');
  }

  /**
   * Completes the checkout if the page has one, marks the page as succeeded, and stores the current resources in it.
   * @throws ChargebeeError when the checkout cannot be completed; the page can still be used then
   */
  succeed(id: string, details: CheckoutDetails = {}): HostedPage {
    const page = this.#requireOpen(id);
    if (page.checkout) {
      return this.#setState(page, 'succeeded', this.checkouts.complete(page.checkout, details));
    }
    const customer = this.core.tables.customers.require(page.customer_id ?? '');
    return this.#setState(page, 'succeeded', { customer });
  }

  /** Marks the page as cancelled. */
  cancel(id: string): HostedPage {
    return this.#setState(this.#requireOpen(id), 'cancelled');
  }

  /** Acknowledges a succeeded page. @throws ChargebeeError `invalid_state_for_request` */
  acknowledge(id: string): HostedPage {
    const page = this.retrieve(id);
    if (page.state !== 'succeeded') {
      throw invalidState(`The hosted page is ${page.state}, not succeeded.`);
    }
    return this.#setState(page, 'acknowledged');
  }

  #requireOpen(id: string): HostedPage {
    const page = this.retrieve(id);
    if (!OPEN_STATES.includes(page.state))
      throw invalidState(`The hosted page is ${page.state} already.`);
    if (page.expires_at <= this.core.clock.now())
      throw invalidState('The hosted page has expired.');
    return page;
  }

  #setState(page: HostedPage, state: HostedPageState, content = page.content): HostedPage {
    const customer_id = content.customer?.id ?? page.customer_id;
    const changed = this.core.tables.hosted_pages.update(page.id, {
      state,
      content,
      ...(customer_id === undefined ? {} : { customer_id }),
    });
    this.core.events.record('hosted_page_changed', customer_id ?? '', page.id);
    return this.#withUrl(changed);
  }

  #withUrl(page: StoredHostedPage): HostedPage {
    return extended(page, { url: `${this.core.publicUrl()}/pages/v3/${page.id}/` });
  }
}
