import { asDocumented } from './documented.js';
import { cardSections } from './sections.js';
import type { Callbacks, ChargebeePortal, ForwardOptions, PortalOptions } from './types.js';
import type { Layout } from './frame.js';
import type { Viewer } from './viewer.js';

/** The object that `createChargebeePortal()` returns. */
export class Portal implements ChargebeePortal {
  constructor(
    private readonly viewer: Viewer,
    private readonly pageUrl: (path: string) => string,
    private readonly globalCallbacks: () => Callbacks | undefined,
  ) {}

  /** Opens the full portal, optionally at a section. */
  open(options: PortalOptions = {}, forwardOptions: ForwardOptions = {}): void {
    this.#show('portal', options, forwardOptions);
  }

  /** Opens a single section as a card. Throws when the section cannot be shown as a card. */
  openSection(sectionOptions: ForwardOptions, options: PortalOptions = {}): void {
    const { sectionType } = sectionOptions;
    const known = sectionType !== undefined && cardSections.includes(sectionType);
    if (!known && !(sectionType && asDocumented('open-section'))) {
      throw new Error(
        `Chargebee: ${String(sectionType)} cannot be opened as a section of its own. Use open(options, { sectionType }).`,
      );
    }
    this.#show('card', options, sectionOptions);
  }

  #show(layout: Layout, options: PortalOptions, { sectionType, params }: ForwardOptions): void {
    const path = sectionType
      ? `/portal/v2/section/${encodeURIComponent(sectionType)}`
      : '/portal/v2/home';
    const url = new URL(this.pageUrl(path));
    if (params?.subscriptionId) url.searchParams.set('subscription', params.subscriptionId);
    if (params?.paymentSourceId) url.searchParams.set('payment_source', params.paymentSourceId);
    if (layout === 'card') url.searchParams.set('view', 'card');
    this.viewer.show({
      layout,
      url: url.href,
      portal: true,
      callbacks: this.#callbacks(options),
      callbacksDisabled: false,
    });
  }

  #callbacks(options: PortalOptions): Callbacks {
    const own = pickCallbacks(options);
    const global = this.globalCallbacks();
    if (!global) return own;
    return asDocumented('portal-callbacks') ? mergeCallbacks(own, global) : global;
  }
}

/** Returns the options that are functions. */
export function pickCallbacks(options: object): Callbacks {
  const entries = Object.entries(options).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(entries);
}

function mergeCallbacks(first: Callbacks, second: Callbacks): Callbacks {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries(
    Array.from(names, (name) => [
      name,
      (data?: unknown) => {
        first[name]?.(data);
        second[name]?.(data);
      },
    ]),
  );
}
