/** A request that the emulator has seen. */
export interface SeenRequest {
  method: string;
  path: string;
}

/** The emulator's controls for tests, over HTTP. */
export class Controls {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Puts the seed back and takes every fault away. */
  async reset(): Promise<void> {
    await this.#post('reset');
  }

  /** Adds a fault. */
  async fault(fault: Record<string, unknown>): Promise<void> {
    await this.#post('faults', fault);
  }

  /** Moves the emulator's clock forward. */
  async advance(seconds: number): Promise<void> {
    await this.#post('clock', { advance: seconds });
  }

  /** What the emulator was asked, oldest first, as far as `path` goes. */
  async requests(path: string): Promise<SeenRequest[]> {
    const answer = await fetch(`${this.#origin}/_emulator/requests`);
    const { list } = (await answer.json()) as { list: SeenRequest[] };
    return list.filter((request) => request.path.startsWith(path));
  }

  /** A bearer token for one of the demo's users; already expired with a negative `expiresIn`, in seconds. */
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
