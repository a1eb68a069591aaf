import type { Held } from './session-keeper';
import type { PortalResource } from './backends/portal-backend';
import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalKey } from './portal-key';
import type { PortalWindow } from './portal-window';

/** How far an opening has got. */
export type OpeningState = 'opening' | 'open' | 'ended';

/** What an opening tells the service. */
export interface OpeningListener {
  changed(): void;
  event(event: PortalEvent): void;
  failed(error: PortalError, wasOpen: boolean): void;
}

/** One opening of the portal, from the click until it is closed or has failed. */
export class PendingOpening<T extends PortalResource = PortalResource> {
  /** Resolves when the portal is shown, or closed before that; rejects with a `PortalError`. */
  readonly shown: Promise<void>;
  state: OpeningState = 'opening';
  /** The window, when it is one of ours. */
  window?: PortalWindow;
  /** The session or page that was taken for it. */
  held?: Held<T>;

  #resolve!: () => void;
  #reject!: (error: PortalError) => void;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(
    readonly key: PortalKey,
    private readonly listener: OpeningListener,
  ) {
    this.shown = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether it is still wanted. */
  get isCurrent(): boolean {
    return this.state !== 'ended';
  }

  /** Counts it as open after this time, when chargebee.js tells nothing. */
  openAfter(ms: number, warn: () => void): void {
    this.#timer = setTimeout(() => {
      warn();
      this.opened();
    }, ms);
  }

  /** The portal is shown. */
  opened(): void {
    if (this.state !== 'opening') return;
    clearTimeout(this.#timer);
    this.state = 'open';
    this.listener.changed();
    this.#resolve();
  }

  /** Something happened in the portal. */
  event(event: PortalEvent): void {
    if (!this.isCurrent) return;
    if (event.type === 'close') this.#end();
    else this.opened();
    this.listener.event(event);
  }

  /** It failed, before it was open or after. */
  fail(error: PortalError): void {
    if (!this.isCurrent) return;
    const wasOpen = this.state === 'open';
    this.#reject(error);
    this.#end();
    this.listener.failed(error, wasOpen);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.window?.close();
    this.state = 'ended';
    this.listener.changed();
    this.#resolve();
  }
}
