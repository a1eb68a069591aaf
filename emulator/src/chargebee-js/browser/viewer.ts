import type { ScriptMessage, PageMessage } from '../messages.js';
import type { Authentication } from './auth.js';
import { asDocumented } from './documented.js';
import type { Frame } from './frame.js';
import { Modal } from './modal.js';
import type { Page } from './page.js';
import { Popup } from './popup.js';

/** How pages are shown. Chosen when the instance is created. */
export type Mode = 'modal' | 'window' | 'redirect';

/** How long a loaded document may take to post its first message. After that it is treated as a foreign page, such as an error page. */
const READY_TIMEOUT_MS = 500;

/** Shows one page at a time and handles its messages. */
export class Viewer {
  /** True while a page is open. After a rejected portal session it stays true until `closeAll()`, as in the real script. */
  #busy = false;
  #page?: Page;
  #frame?: Frame;
  /** The window of the current or last page. Kept after the frame is closed: each message listener must recognise the page's `close`. */
  #source: Window | null = null;
  /** Whether the page is waiting for the merchant to return a session or a hosted page. */
  #awaitingMerchant = false;
  #readyTimer?: ReturnType<typeof setTimeout>;

  constructor(
    private readonly domain: string,
    private readonly mode: Mode,
    private readonly authentication: Authentication,
    private readonly pageUrl: (path: string) => string,
  ) {}

  /** Opens a page. The window or iframe is created synchronously, because browsers block windows that are opened later. */
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

  /** Replaces the callbacks of the open page if it is the portal. */
  setPortalCallbacks(callbacks: Page['callbacks']): void {
    if (this.#page?.portal) this.#page.callbacks = callbacks;
  }

  /** Handles a message of the current or last page. Runs once per message listener, so it may see the same message several times. */
  receive(event: MessageEvent, message: PageMessage): void {
    const page = this.#page;
    if (!page || !event.source || event.source !== this.#source) return;
    clearTimeout(this.#readyTimer);
    switch (message.type) {
      case 'ready':
        this.#awaitingMerchant = true;
        void this.#authenticate(page);
        break;
      case 'authenticated':
        this.#awaitingMerchant = false;
        this.authentication.markAuthenticated();
        break;
      case 'unauthenticated':
        this.authentication.reset();
        break;
      case 'shown':
        this.#frame?.reveal();
        page.callbacksDisabled = !message.callbacks;
        break;
      case 'loaded':
        page.firstLoaded ??= event;
        if (page.firstLoaded === event) this.#call(page, 'loaded');
        break;
      case 'close':
        this.#handleClose(page);
        break;
      case 'event':
        this.#call(page, message.name, message.data);
        break;
    }
  }

  #open(page: Page): void {
    const events = { closed: () => this.#handleClose(page), loaded: this.#startReadyTimer };
    const frame = this.mode === 'window' ? new Popup(events) : new Modal(events);
    this.#frame = frame;
    this.#awaitingMerchant = typeof page.url !== 'string';
    const authenticate = page.portal && !this.authentication.authenticated;
    const { url } = page;
    if (typeof url === 'string') {
      frame.open(authenticate ? this.#authenticationUrl(url) : url, page.layout);
    } else {
      frame.open(this.pageUrl('/pages/v3/loading'), page.layout);
      url().then(
        (pageUrl) => {
          if (this.#page !== page) return;
          this.#awaitingMerchant = false;
          clearTimeout(this.#readyTimer);
          frame.navigate(pageUrl);
        },
        (error: unknown) => this.#handleError(page, error),
      );
    }
    this.#source = frame.contentWindow;
  }

  /** Starts the timer that reveals a document that posts no message, so that the user can see and close it. */
  readonly #startReadyTimer = (): void => {
    clearTimeout(this.#readyTimer);
    this.#readyTimer = setTimeout(() => {
      if (!this.#awaitingMerchant) this.#frame?.hideLoader();
    }, READY_TIMEOUT_MS);
  };

  /** Answers the authentication page's request for a token. */
  async #authenticate(page: Page): Promise<void> {
    const { login } = this.authentication;
    try {
      const token = await this.authentication.fetchToken();
      if (this.#page !== page || login !== this.authentication.login) return;
      const message: ScriptMessage = { chargebee: 'script', type: 'authenticate', token, login };
      this.#frame?.contentWindow?.postMessage(message, this.domain);
    } catch (error) {
      this.#handleError(page, error);
    }
  }

  /** Navigates away from this page. The token goes into the fragment, which browsers do not send to servers, so no log contains it. */
  async #redirect(page: Page): Promise<void> {
    try {
      let url = typeof page.url === 'string' ? page.url : await page.url();
      if (page.portal && !this.authentication.authenticated) {
        const { login } = this.authentication;
        const token = await this.authentication.fetchToken();
        url = `${this.#authenticationUrl(url)}#${new URLSearchParams({ token, login })}`;
      }
      if (this.#page !== page) return;
      window.addEventListener('pageshow', this.#resetOnRestore, { once: true });
      location.assign(url);
    } catch (error) {
      this.#handleError(page, error);
    }
  }

  /** Resets the state when the user returns to this page from the back/forward cache. */
  readonly #resetOnRestore = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.closeAll();
  };

  #authenticationUrl(next: string): string {
    const { pathname, search } = new URL(next);
    const url = new URL(this.pageUrl('/portal/v2/authenticate'));
    url.searchParams.set('next', pathname + search);
    return url.href;
  }

  #handleClose(page: Page): void {
    this.#closeFrame();
    this.#busy = false;
    this.#call(page, 'close');
  }

  #handleError(page: Page, error: unknown): void {
    if (this.#page !== page) return;
    console.error('Chargebee: the page could not be opened.', error);
    this.#closeFrame();
    const isDocumentedRejection = page.portal && asDocumented('session-rejected');
    if (!isDocumentedRejection) page.callbacks.error?.(error);
    if (!page.portal || isDocumentedRejection) this.#busy = false;
  }

  #closeFrame(): void {
    clearTimeout(this.#readyTimer);
    this.#frame?.close();
    this.#frame = undefined;
  }

  #call(page: Page, name: string, data?: unknown): void {
    if (!page.callbacksDisabled) page.callbacks[name]?.(data);
  }
}
