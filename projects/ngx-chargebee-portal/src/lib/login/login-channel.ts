import { callSafely } from '../portal/call-safely';

/**
 * Announces changes of Chargebee's login to the other tabs of this origin, and receives theirs. The login is a cookie that all
 * tabs share, so the last authentication determines the customer of all of them. The messages do not contain the user or the
 * customer.
 */
export class LoginChannel {
  readonly #channel: BroadcastChannel | undefined;

  /**
   * @param site The Chargebee site. Each site has a separate login.
   * @param onChange Called when another tab authenticates or logs out.
   */
  constructor(site: string, onChange?: () => void) {
    try {
      this.#channel = new BroadcastChannel(`ngx-chargebee-portal/${site}`);
      if (onChange) this.#channel.onmessage = onChange;
    } catch {
      // Not supported, or blocked by the browser's privacy settings. Then other tabs are not notified.
    }
  }

  announce(change: 'login' | 'logout'): void {
    callSafely(() => this.#channel?.postMessage(change)); // A polyfill may throw.
  }

  close(): void {
    this.#channel?.close();
  }
}

/** Announces a change of the login, without receiving those of other tabs. */
export function announceLoginChange(site: string, change: 'login' | 'logout'): void {
  const channel = new LoginChannel(site);
  channel.announce(change);
  channel.close();
}
