import type { ObservableInput } from 'rxjs';
import { askBackend } from '../backends/ask-backend';
import type { PortalError } from '../portal/portal-error';
import type { PortalIdentity } from '../portal/portal-identity';

interface WindowSession {
  readonly identity: PortalIdentity;
  readonly id: string;
}

const LIMIT = 20;
/** A person is waiting to be signed out. */
const LOGOUT_TIMEOUT_MS = 5_000;

/** The sessions that were opened by their access URL. Only the backend can log these out, not chargebee.js. */
export class WindowSessions {
  readonly #logoutSession: (id: string) => ObservableInput<unknown>;
  #sessions: WindowSession[] = [];

  constructor(logoutSession: (id: string) => ObservableInput<unknown>) {
    this.#logoutSession = logoutSession;
  }

  /** Remembers a session. Of more than twenty, the oldest is forgotten. */
  add(identity: PortalIdentity, id: string): void {
    this.#sessions = [...this.#sessions, { identity, id }].slice(-LIMIT);
  }

  /** Forgets the sessions of other users, which the backend would not log out for this one. */
  retain(identity: PortalIdentity): void {
    this.#sessions = this.#sessions.filter((session) => session.identity === identity);
  }

  /** Has the backend log all of them out. Those that it could not are kept. Rejects with the first failure. */
  async logout(): Promise<void> {
    const sessions = this.#sessions;
    this.#sessions = [];
    await Promise.all(sessions.map((session) => this.#logoutOne(session)));
  }

  async #logoutOne(session: WindowSession): Promise<void> {
    try {
      await askBackend(
        () => this.#logoutSession(session.id),
        () => true,
        LOGOUT_TIMEOUT_MS,
      );
    } catch (error) {
      if ((error as PortalError).code === 'SESSION_NOT_FOUND') return; // It has ended already.
      this.#sessions.push(session);
      throw error;
    }
  }
}
