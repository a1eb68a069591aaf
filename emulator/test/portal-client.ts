import type { Emulator } from '../src/index.js';

interface SessionOptions {
  redirect_url?: string;
  forward_url?: string;
}

/** Creates a portal session of Juniper Bakery. */
export const createPortalSession = (emulator: Emulator, more: SessionOptions = {}) =>
  emulator.store.portalSessions.create({ customer_id: 'juniper-bakery', ...more });

/** An HTTP client that keeps cookies like a browser and does not follow redirects. */
export class PortalClient {
  #cookies: string[] = [];

  constructor(readonly emulator: Emulator) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  async post(
    path: string,
    fields: Record<string, string> = {},
    origin: string | undefined = this.emulator.url,
  ): Promise<Response> {
    return this.#send(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: origin ? { origin } : {},
    });
  }

  /** Opens the portal of Juniper Bakery by an access URL, so that the client is logged in. */
  async openPortal(more: SessionOptions = {}): Promise<Response> {
    return this.get(createPortalSession(this.emulator, more).access_url);
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }) {
    const response = await fetch(new URL(path, this.emulator.url), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: this.#cookies.join('; ') },
    });
    const set = response.headers.getSetCookie();
    if (set.length) this.#cookies = set.map((cookie) => cookie.split(';')[0] ?? '');
    return response;
  }
}
