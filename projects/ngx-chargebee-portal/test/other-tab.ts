/** Another tab of this browser: the library's channel in it. */
export class OtherTab {
  readonly received: unknown[] = [];
  readonly #channel: BroadcastChannel;

  constructor(site = 'acme-test') {
    this.#channel = new BroadcastChannel(`ngx-chargebee-portal/${site}`);
    this.#channel.onmessage = ({ data }) => this.received.push(data);
  }

  /** Logs its own customer in, or out. */
  announce(change: 'login' | 'logout'): void {
    this.#channel.postMessage(change);
  }

  close(): void {
    this.#channel.close();
  }
}
