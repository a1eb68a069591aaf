import type {
  ChargebeeForwardOptions,
  ChargebeeGlobal,
  ChargebeeInstance,
  ChargebeePortal,
} from '../src/lib/chargebee-js/chargebee-types';
import { PORTAL_SECTIONS } from '../src/lib/portal/portal-sections';

type Callbacks = Partial<Record<string, (data?: unknown) => void>>;

/** How the fake shows pages: in an iframe, or in a window that it opens synchronously, as on a phone. */
export type FakeMode = 'modal' | 'window';

/** What is open. */
export interface FakePage {
  kind: 'portal' | 'section' | 'checkout';
  forward?: ChargebeeForwardOptions;
  callbacks: Callbacks;
  window?: Window | null;
  frame?: HTMLIFrameElement;
}

/** chargebee.js as it has been observed to behave: what it asks for and when, what it forgets, and how it gets stuck. */
export class FakeChargebee implements ChargebeeGlobal {
  instance?: FakeInstance;
  readonly inits: Record<string, unknown>[] = [];

  constructor(private readonly mode: FakeMode = 'modal') {}

  /** Puts it on the page, as its script does. */
  install(): this {
    Object.assign(window, { Chargebee: this });
    return this;
  }

  static uninstall(): void {
    Reflect.deleteProperty(window, 'Chargebee');
    document.querySelectorAll('#cb-frame').forEach((frame) => frame.remove());
    sessionStorage.clear();
  }

  init(options: Record<string, unknown>): FakeInstance {
    this.inits.push(options);
    // A second one warns, and gives the first.
    return (this.instance ??= new FakeInstance(
      options['site'] as string,
      options['iframeOnly'] ? 'modal' : this.mode,
    ));
  }

  getInstance(): FakeInstance {
    if (!this.instance) throw new Error('Chargebee is not initialised');
    return this.instance;
  }

  getPortalSections(): Record<string, string> {
    return PORTAL_SECTIONS;
  }

  tearDown(): void {
    this.instance?.closeAll();
    this.instance = undefined;
  }
}

export class FakeInstance implements ChargebeeInstance {
  /** The tokens it has authenticated with. */
  readonly tokens: string[] = [];
  /** The hosted pages it has shown. */
  readonly hostedPages: unknown[] = [];
  readonly locales: string[] = [];
  /** What was called, in order. */
  readonly calls: string[] = [];
  authenticated = false;
  busy = false;
  page?: FakePage;
  /** Thrown by the next opening, before it opens anything. */
  throwNext?: Error;
  /** Keeps it from calling `loaded`. */
  silent = false;
  /** The browser refuses its page within an iframe, so that it never asks for a session. */
  refused = false;
  /** Calls both the callbacks given to `open` and those of `setPortalCallbacks`, as its reference has it. */
  callsBoth = false;

  #session?: () => Promise<{ token: string }>;
  #portalCallbacks?: Callbacks;

  constructor(
    readonly site: string,
    private readonly mode: FakeMode,
  ) {}

  setPortalSession(session: () => Promise<{ token: string }>): void {
    this.#session = session;
  }

  setPortalCallbacks(callbacks: object): void {
    this.#portalCallbacks = callbacks;
    if (this.page) this.page.callbacks = this.#portalCallbacks;
  }

  createChargebeePortal(): ChargebeePortal {
    return {
      open: (options = {}, forward) => this.#open({ kind: 'portal', forward, callbacks: options }),
      openSection: (forward, options = {}) =>
        this.#open({ kind: 'section', forward, callbacks: options }),
    };
  }

  openCheckout(options: object): void {
    const { hostedPage, ...callbacks } = options as {
      hostedPage: () => Promise<unknown>;
    } & Callbacks;
    this.calls.push('openCheckout');
    const page: FakePage = { kind: 'checkout', callbacks };
    if (!this.#begin(page)) return;
    void this.#fetch(page, hostedPage, (made) => this.hostedPages.push(made));
  }

  setLocale(locale: string): void {
    this.locales.push(locale);
  }

  logout(): void {
    this.calls.push('logout');
    this.authenticated = false;
  }

  closeAll(): void {
    this.calls.push('closeAll');
    this.#closePage();
    this.busy = false;
  }

  /** The customer closes the portal. */
  close(): void {
    const page = this.page;
    this.#closePage();
    this.busy = false;
    page?.callbacks['close']?.();
  }

  /** Something happens in the portal. */
  emit(name: string, data?: unknown): void {
    const { callbacks } = this.page ?? {};
    callbacks?.[name]?.(data);
    if (this.callsBoth && this.#portalCallbacks !== callbacks)
      this.#portalCallbacks?.[name]?.(data);
  }

  /** The customer closes the modal, and chargebee.js reports nothing: the page's origin is not allow-listed. */
  closeSilently(): void {
    this.#closePage();
    this.busy = false;
  }

  /** Other code on the page opens the portal. */
  openByOther(): void {
    this.createChargebeePortal().open();
  }

  /** Other code opens the portal in a way that this library cannot notice. */
  openUnnoticed(): void {
    this.#open({ kind: 'portal', callbacks: {} });
  }

  #open(page: FakePage): void {
    this.calls.push('open');
    if (this.throwNext) {
      const error = this.throwNext;
      this.throwNext = undefined;
      throw error;
    }
    if (this.#portalCallbacks && !this.callsBoth) page.callbacks = this.#portalCallbacks;
    if (!this.#begin(page)) return;
    if (this.authenticated) this.#loadSoon(page);
    else {
      void this.#fetch(page, this.#session, (session) => {
        this.authenticated = true;
        this.tokens.push((session as { token: string }).token);
      });
    }
  }

  #begin(page: FakePage): boolean {
    // While it is busy, it complains on the console and does nothing.
    if (this.busy) return false;
    this.busy = true;
    this.page = page;
    if (this.mode === 'window') page.window = window.open('about:blank', 'cb-frame');
    else page.frame = showFrame();
    return true;
  }

  async #fetch(
    page: FakePage,
    source: (() => Promise<unknown>) | undefined,
    done: (made: unknown) => void,
  ): Promise<void> {
    await Promise.resolve();
    if (page.frame && this.refused) return;
    if (page.window === null) return; // A blocked window never asks for a session, and no callback reports it.
    if (this.page !== page) return; // Its frame is gone, and with it the page that asks.
    try {
      const made = await source?.();
      if (this.page !== page) return;
      done(made);
      this.#loadSoon(page);
    } catch (error) {
      if (this.page === page) this.#closePage();
      page.callbacks['error']?.(error);
      this.busy = true; // It stays so, until closeAll().
    }
  }

  #loadSoon(page: FakePage): void {
    void Promise.resolve().then(() => {
      if (this.page === page && !this.silent) this.emit('loaded');
    });
  }

  #closePage(): void {
    this.page?.window?.close();
    this.page?.frame?.remove();
    this.page = undefined;
  }
}

function showFrame(): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.id = 'cb-frame';
  document.body.append(frame);
  return frame;
}
