import type { BackendClient } from './backends/backend-client';
import type { PortalError } from './portal-error';
import type { KeyMatch, PortalKey } from './portal-key';

const MOST = 20;

/** The sessions opened by their access URL, which chargebee.js cannot log out. */
export class WindowSessions {
  #sessions: { key: PortalKey; id: string }[] = [];

  constructor(private readonly client: BackendClient) {}

  /** Remembers a session; of more than twenty, the oldest is forgotten. */
  add(key: PortalKey, id: string): void {
    this.#sessions = [...this.#sessions, { key, id }].slice(-MOST);
  }

  /** Forgets the sessions of other users, which the backend would not end for this one. */
  keep(matches: KeyMatch): void {
    this.#sessions = this.#sessions.filter(({ key }) => matches(key));
  }

  /** Has the backend end them all; those it could not are remembered. Rejects with the first failure. */
  async logout(): Promise<void> {
    const failures = await Promise.all(
      this.#sessions.map((session) =>
        this.client.logout(session.id).then(
          () => {
            this.#sessions = this.#sessions.filter((each) => each !== session);
          },
          (error: PortalError) => error,
        ),
      ),
    );
    const failure = failures.find((each) => each);
    if (failure) throw failure;
  }
}
