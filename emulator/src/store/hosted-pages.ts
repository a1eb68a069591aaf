import { invalidState } from '../errors.js';
import { extended } from './collection.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { HostedPage, HostedPageState, StoredHostedPage } from './resources.js';

/** For how long a hosted page can be opened, in seconds. */
export const HOSTED_PAGE_LIFETIME = 3600;

const OPEN: readonly HostedPageState[] = ['created', 'requested'];

export class HostedPages {
  constructor(private readonly core: StoreCore) {}

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string): HostedPage {
    return this.#withUrl(this.core.tables.hosted_pages.require(id));
  }

  list(matches?: (page: StoredHostedPage) => boolean): HostedPage[] {
    return this.core.tables.hosted_pages.list(matches).map((page) => this.#withUrl(page));
  }

  /** A page on which a customer manages payment sources. @throws ChargebeeError `resource_not_found` */
  managePaymentSources(input: { customer_id: string; redirect_url?: string }): HostedPage {
    this.core.tables.customers.require(input.customer_id, 'customer[id]');
    const now = this.core.clock.now();
    const page = this.core.tables.hosted_pages.insert({
      ...input,
      id: randomId(35),
      object: 'hosted_page',
      type: 'manage_payment_sources',
      state: 'created',
      embed: false,
      created_at: now,
      expires_at: now + HOSTED_PAGE_LIFETIME,
      content: {},
    });
    return this.#withUrl(page);
  }

  /** A browser shows the page. @throws ChargebeeError when it is finished or too old */
  open(id: string): HostedPage {
    const page = this.#usable(id);
    return page.state === 'requested' ? page : this.#to(page, 'requested');
  }

  /** The customer is done: the page now holds the customer as it has become. */
  succeed(id: string): HostedPage {
    const page = this.#usable(id);
    const customer = this.core.tables.customers.require(page.customer_id);
    return this.#to(page, 'succeeded', { customer });
  }

  /** The customer left the page. */
  cancel(id: string): HostedPage {
    return this.#to(this.#usable(id), 'cancelled');
  }

  /** The merchant has taken note of a success. @throws ChargebeeError `invalid_state_for_request` */
  acknowledge(id: string): HostedPage {
    const page = this.retrieve(id);
    if (page.state !== 'succeeded') {
      throw invalidState(`The hosted page is ${page.state}, not succeeded.`);
    }
    return this.#to(page, 'acknowledged');
  }

  #usable(id: string): HostedPage {
    const page = this.retrieve(id);
    if (!OPEN.includes(page.state)) throw invalidState(`The hosted page is ${page.state} already.`);
    if (page.expires_at <= this.core.clock.now())
      throw invalidState('The hosted page has expired.');
    return page;
  }

  #to(page: HostedPage, state: HostedPageState, content = page.content): HostedPage {
    const changed = this.core.tables.hosted_pages.update(page.id, { state, content });
    this.core.events.record('hosted_page_changed', page.customer_id, page.id);
    return this.#withUrl(changed);
  }

  #withUrl(page: StoredHostedPage): HostedPage {
    return extended(page, { url: `${this.core.publicUrl()}/pages/v3/${page.id}/` });
  }
}
