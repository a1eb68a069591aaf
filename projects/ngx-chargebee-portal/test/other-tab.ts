/** The library's channel of another tab. */
export class OtherTab {
  readonly received: unknown[] = [];
  readonly #channel: BroadcastChannel;

  constructor(site = 'acme-test') {
    this.#channel = new BroadcastChannel(`ngx-chargebee-portal/${site}`);
    this.#channel.onmessage = ({ data }) => this.received.push(data);
  }

  /** Announces a login or logout in this tab. */
  announce(change: 'login' | 'logout'): void {
    this.#channel.postMessage(change);
  }

  close(): void {
    this.#channel.close();
  }
}
