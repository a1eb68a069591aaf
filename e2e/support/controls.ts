/** The fault with which chargebee.js cannot be loaded. */
export const scriptUnavailable = { route: 'chargebee.js', status: 503 } as const;
/** The fault with which the host of chargebee.js accepts connections but does not respond. */
export const scriptHangs = { route: 'chargebee.js', latency: 60_000 } as const;

/** A request that the emulator has recorded. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** The parameters of the body, with secrets masked. */
  body?: unknown;
}

/** A client of the emulator's control API. */
export class Controls {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Resets the emulator's data to the seed and removes all faults. */
  async reset(): Promise<void> {
    await this.#post('reset');
  }

  /** Adds a fault: `{ route, count?, latency?, status?, body?, reset?, … }`. See the emulator's README. */
  async fault(fault: Record<string, unknown>): Promise<void> {
    await this.#post('faults', fault);
  }

  /** Removes all faults. */
  async clearFaults(): Promise<void> {
    const answer = await fetch(`${this.#origin}/_emulator/faults`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`DELETE /_emulator/faults answered ${answer.status}`);
  }

  /** Moves the emulator's clock forward. */
  async advance(seconds: number): Promise<void> {
    await this.#post('clock', { advance: seconds });
  }

  /** Returns the requests to paths that begin with `path`, oldest first. */
  async requests(path: string): Promise<SeenRequest[]> {
    const url = new URL('/_emulator/requests', this.#origin);
    url.searchParams.set('path', path);
    const answer = await fetch(url);
    return (await answer.json()) as SeenRequest[];
  }

  /** Returns a bearer token for a user of the demo. `expiresIn` is in seconds; a negative one returns an expired token. */
  async token(user: string, expiresIn?: number): Promise<string> {
    const { access_token } = (await this.#post('/idp/token', { user, expiresIn })) as {
      access_token: string;
    };
    return access_token;
  }

  async #post(path: string, body: unknown = {}): Promise<unknown> {
    const url = path.startsWith('/')
      ? `${this.#origin}${path}`
      : `${this.#origin}/_emulator/${path}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`POST ${url} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : await answer.json();
  }
}
