import { callSafely } from '../portal/call-safely';

/**
 * Announces changes of Chargebee's login to the other tabs of this origin, and receives theirs. The login is a cookie:
 * one per browser, so that the last authentication decides whose portal all tabs show. The messages say nothing about
 * whom it is for.
 */
export class LoginChannel {
  readonly #channel: BroadcastChannel | undefined;

  /**
   * @param site The Chargebee site. Each has a login of its own.
   * @param onChange Called when another tab authenticates or logs out.
   */
  constructor(site: string, onChange?: () => void) {
    try {
      this.#channel = new BroadcastChannel(`ngx-chargebee-portal/${site}`);
      if (onChange) this.#channel.onmessage = onChange;
    } catch {
      // Not supported, or refused by the browser's privacy settings. Other tabs are not notified, then.
    }
  }

  announce(change: 'login' | 'logout'): void {
    callSafely(() => this.#channel?.postMessage(change)); // A polyfill may throw.
  }

  close(): void {
    this.#channel?.close();
  }
}

/** Announces a change of the login once, without listening. */
export function announceLoginChange(site: string, change: 'login' | 'logout'): void {
  const channel = new LoginChannel(site);
  channel.announce(change);
  channel.close();
}
