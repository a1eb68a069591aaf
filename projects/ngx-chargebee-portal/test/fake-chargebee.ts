import type {
  ChargebeeForwardOptions,
  ChargebeeGlobal,
  ChargebeeInstance,
  ChargebeePortal,
} from '../src/lib/chargebee-js/chargebee-types';
import { PORTAL_SECTIONS } from '../src/lib/portal/portal-sections';

type Callbacks = Partial<Record<string, (data?: unknown) => void>>;

/** The way in which the fake shows pages: in an iframe, or in a window that it opens synchronously, as on a phone. */
export type FakeMode = 'modal' | 'window';

/** The page that is open. */
export interface FakePage {
  kind: 'portal' | 'section' | 'checkout';
  forward?: ChargebeeForwardOptions;
  callbacks: Callbacks;
  window?: Window | null;
  frame?: HTMLIFrameElement;
}

/** A fake with the observed behaviour of chargebee.js: when it requests a session, which calls are ignored, when it stays busy. */
export class FakeChargebee implements ChargebeeGlobal {
  instance?: FakeInstance;
  readonly inits: Record<string, unknown>[] = [];

  constructor(private readonly mode: FakeMode = 'modal') {}

  /** Sets `window.Chargebee`, as the script does. */
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
    // A second call returns the first instance, with a warning.
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
  /** The names of the called methods, in order. */
  readonly calls: string[] = [];
  authenticated = false;
  busy = false;
  page?: FakePage;
  /** The error that the next opening throws, before it opens anything. */
  throwNext?: Error;
  /** Whether it does not call `loaded`. */
  silent = false;
  /** Whether the browser refuses its page within an iframe, so that it requests no session. */
  refused = false;
  /** Whether it calls both the callbacks of `open` and those of `setPortalCallbacks`, as its reference says. */
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

  /** Closes the portal as the customer does. */
  close(): void {
    const page = this.page;
    this.#closePage();
    this.busy = false;
    page?.callbacks['close']?.();
  }

  /** Calls a callback, as for an event in the portal. */
  emit(name: string, data?: unknown): void {
    const { callbacks } = this.page ?? {};
    callbacks?.[name]?.(data);
    if (this.callsBoth && this.#portalCallbacks !== callbacks)
      this.#portalCallbacks?.[name]?.(data);
  }

  /** Closes the modal as the customer does, without a callback, as on an origin that is not allow-listed. */
  closeSilently(): void {
    this.#closePage();
    this.busy = false;
  }

  /** Opens the portal as other code on the page does. */
  openFromOtherCode(): void {
    this.createChargebeePortal().open();
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
    // While it is busy, it only logs an error to the console.
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
    if (page.window === null) return; // A blocked window requests no session, and calls no callback.
    if (this.page !== page) return; // The page that would request the session is closed.
    try {
      const made = await source?.();
      if (this.page !== page) return;
      done(made);
      this.#loadSoon(page);
    } catch (error) {
      if (this.page === page) this.#closePage();
      page.callbacks['error']?.(error);
      this.busy = true; // It stays busy until closeAll().
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
