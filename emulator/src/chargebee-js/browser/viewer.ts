import type { HostMessage, PageMessage } from '../messages.js';
import type { Authentication } from './auth.js';
import { asDocumented } from './documented.js';
import type { Frame } from './frame.js';
import { Modal } from './modal.js';
import type { Page } from './page.js';
import { Popup } from './popup.js';

/** How pages are shown; settled when the instance is made. */
export type Mode = 'modal' | 'window' | 'redirect';

/** How long what has loaded may take to tell what it is, before it is taken for none of the portal's pages, such as an error's. */
const silenceMs = 500;

/** Shows one page at a time, and passes on what it tells. */
export class Viewer {
  /** Busy from an opening to its closing; after a rejected session until `closeAll()`. */
  #busy = false;
  #page?: Page;
  #frame?: Frame;
  /** Outlives the frame, for a second message listener to recognise what the first has closed. */
  #source: Window | null = null;
  /** Whether the page that is there waits for the merchant, for a session or for a hosted page. */
  #waiting = false;
  #silence?: ReturnType<typeof setTimeout>;

  constructor(
    private readonly domain: string,
    private readonly mode: Mode,
    private readonly authentication: Authentication,
    private readonly pageUrl: (path: string) => string,
  ) {}

  /** Shows a page, synchronously as far as the window or iframe goes. */
  show(page: Page): void {
    if (this.#busy) {
      console.error('Chargebee: another page is open. Close it first, or call closeAll().');
      return;
    }
    this.#busy = true;
    this.#page = page;
    if (this.mode === 'redirect') void this.#redirect(page);
    else this.#open(page);
  }

  closeAll(): void {
    this.#closeFrame();
    this.#page = undefined;
    this.#busy = false;
  }

  /** Replaces the callbacks of the portal, when that is what is shown. */
  setPortalCallbacks(callbacks: Page['callbacks']): void {
    if (this.#page?.portal) this.#page.callbacks = callbacks;
  }

  /** A message of the page shown, or of the one shown last. Comes as often as listeners are stacked. */
  receive(event: MessageEvent, message: PageMessage): void {
    const page = this.#page;
    if (!page || !event.source || event.source !== this.#source) return;
    clearTimeout(this.#silence);
    switch (message.type) {
      case 'ready':
        this.#waiting = true;
        void this.#authenticate(page);
        break;
      case 'authenticated':
        this.#waiting = false;
        this.authentication.succeed();
        break;
      case 'unauthenticated':
        this.authentication.reset();
        break;
      case 'shown':
        this.#frame?.markShown();
        page.silent = !message.callbacks;
        break;
      case 'loaded':
        page.loaded ??= event;
        if (page.loaded === event) this.#call(page, 'loaded');
        break;
      case 'close':
        this.#closed(page);
        break;
      case 'event':
        this.#call(page, message.name, message.data);
        break;
    }
  }

  #open(page: Page): void {
    const events = { closed: () => this.#closed(page), arrived: this.#arrived };
    const frame = this.mode === 'window' ? new Popup(events) : new Modal(events);
    this.#frame = frame;
    this.#waiting = typeof page.url !== 'string';
    const authenticate = page.portal && !this.authentication.authenticated;
    const { url } = page;
    if (typeof url === 'string') {
      frame.open(authenticate ? this.#authenticationUrl(url) : url, page.layout);
    } else {
      frame.open(this.pageUrl('/pages/v3/loading'), page.layout);
      url().then(
        (found) => {
          if (this.#page !== page) return;
          this.#waiting = false;
          clearTimeout(this.#silence);
          frame.navigate(found);
        },
        (error: unknown) => this.#failed(page, error),
      );
    }
    this.#source = frame.contentWindow;
  }

  /** What a frame shows that tells nothing is to be seen as it is, for the person to close it. */
  readonly #arrived = (): void => {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (!this.#waiting) this.#frame?.markMute();
    }, silenceMs);
  };

  /** The page has loaded that takes a session's token, and asks for one. */
  async #authenticate(page: Page): Promise<void> {
    const { login } = this.authentication;
    try {
      const token = await this.authentication.fetchToken();
      if (this.#page !== page || login !== this.authentication.login) return;
      const message: HostMessage = {
        chargebee: 'host',
        type: 'authenticate',
        token: token ?? '',
        login,
      };
      this.#frame?.contentWindow?.postMessage(message, this.domain);
    } catch (error) {
      this.#failed(page, error);
    }
  }

  /** Leaves this page. The token is in the fragment, which is sent to no server and stands in no log. */
  async #redirect(page: Page): Promise<void> {
    try {
      let url = typeof page.url === 'string' ? page.url : await page.url();
      if (page.portal && !this.authentication.authenticated) {
        const { login } = this.authentication;
        const token = (await this.authentication.fetchToken()) ?? '';
        url = `${this.#authenticationUrl(url)}#${new URLSearchParams({ token, login })}`;
      }
      if (this.#page !== page) return;
      window.addEventListener('pageshow', this.#restored, { once: true });
      location.assign(url);
    } catch (error) {
      this.#failed(page, error);
    }
  }

  /** The person has come back to this page, which the browser has kept as it was: what it left for is over. */
  readonly #restored = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.closeAll();
  };

  #authenticationUrl(next: string): string {
    const { pathname, search } = new URL(next);
    const url = new URL(this.pageUrl('/portal/v2/authenticate'));
    url.searchParams.set('next', pathname + search);
    return url.href;
  }

  #closed(page: Page): void {
    this.#closeFrame();
    this.#busy = false;
    this.#call(page, 'close');
  }

  #failed(page: Page, error: unknown): void {
    if (this.#page !== page) return;
    console.error('Chargebee: the page could not be opened.', error);
    this.#closeFrame();
    if (page.portal && asDocumented('session-rejected')) this.#busy = false;
    else page.callbacks.error?.(error);
    if (!page.portal) this.#busy = false;
  }

  #closeFrame(): void {
    clearTimeout(this.#silence);
    this.#frame?.close();
    this.#frame = undefined;
  }

  #call(page: Page, name: string, data?: unknown): void {
    if (!page.silent) page.callbacks[name]?.(data);
  }
}
