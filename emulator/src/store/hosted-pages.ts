import { invalidState } from '../errors.js';
import { extended } from './collection.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { HostedPage, HostedPageState, StoredHostedPage } from './resources.js';

/** How long a hosted page can be opened, in seconds. */
export const HOSTED_PAGE_LIFETIME = 3600;

const OPEN_STATES: readonly HostedPageState[] = ['created', 'requested'];

export class HostedPages {
  constructor(private readonly core: StoreCore) {}

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string): HostedPage {
    return this.#withUrl(this.core.tables.hosted_pages.require(id));
  }

  list(matches?: (page: StoredHostedPage) => boolean): HostedPage[] {
    return this.core.tables.hosted_pages.list(matches).map((page) => this.#withUrl(page));
  }

  /** Creates a page for managing payment sources. @throws ChargebeeError `resource_not_found` */
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

  /** Marks the page as requested when a browser loads it. @throws ChargebeeError when it is finished or expired */
  open(id: string): HostedPage {
    const page = this.#requireOpen(id);
    return page.state === 'requested' ? page : this.#setState(page, 'requested');
  }

  /** Marks the page as succeeded and stores the customer's current state in it. */
  succeed(id: string): HostedPage {
    const page = this.#requireOpen(id);
    const customer = this.core.tables.customers.require(page.customer_id);
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
    const changed = this.core.tables.hosted_pages.update(page.id, { state, content });
    this.core.events.record('hosted_page_changed', page.customer_id, page.id);
    return this.#withUrl(changed);
  }

  #withUrl(page: StoredHostedPage): HostedPage {
    return extended(page, { url: `${this.core.publicUrl()}/pages/v3/${page.id}/` });
  }
}
