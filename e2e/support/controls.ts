/** A request that the emulator has seen. */
export interface SeenRequest {
  method: string;
  /** Its path with its query. */
  url: string;
  /** The parameters of its body; secrets are masked. */
  body?: unknown;
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

  /** Switches a fault on: `{ route, count?, latency?, status?, body?, reset?, … }`, see the emulator's README. */
  async fault(fault: Record<string, unknown>): Promise<void> {
    await this.#post('faults', fault);
  }

  /** Switches all faults off. */
  async clearFaults(): Promise<void> {
    const answer = await fetch(`${this.#origin}/_emulator/faults`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`DELETE /_emulator/faults answered ${answer.status}`);
  }

  /** Moves the emulator's clock forward. */
  async advance(seconds: number): Promise<void> {
    await this.#post('clock', { advance: seconds });
  }

  /** What the emulator was asked, oldest first, at paths that begin with `path`. */
  async requests(path: string): Promise<SeenRequest[]> {
    const url = new URL('/_emulator/requests', this.#origin);
    url.searchParams.set('path', path);
    const answer = await fetch(url);
    return (await answer.json()) as SeenRequest[];
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
