import type { ObservableInput } from 'rxjs';
import { askBackend } from '../backends/ask-backend';
import type { PortalError } from '../portal/portal-error';
import type { PortalIdentity } from '../portal/portal-identity';

interface WindowSession {
  readonly identity: PortalIdentity;
  readonly id: string;
}

const MAX_SESSIONS = 20;
/** Shorter than for other requests: the user waits to be signed out. */
const LOGOUT_TIMEOUT_MS = 5_000;

/** The sessions that were opened by their access URL. chargebee.js cannot log them out; the backend can. */
export class WindowSessions {
  readonly #logoutSession: (id: string) => ObservableInput<unknown>;
  #sessions: WindowSession[] = [];

  constructor(logoutSession: (id: string) => ObservableInput<unknown>) {
    this.#logoutSession = logoutSession;
  }

  /** Adds a session, and drops the oldest if there are too many. */
  add(identity: PortalIdentity, id: string): void {
    this.#sessions = [...this.#sessions, { identity, id }].slice(-MAX_SESSIONS);
  }

  /**
   * Asks the backend to log the user's sessions out. Keeps those that could not be logged out, for the next call. Drops those
   * of other users, since the backend logs a session out only for its own user.
   *
   * @throws PortalError Rejects with the first error
   */
  async logout(identity: PortalIdentity): Promise<void> {
    const sessions = this.#sessions.filter((session) => session.identity === identity);
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
      if ((error as PortalError).code === 'SESSION_NOT_FOUND') return; // Already expired or logged out.
      this.#sessions.push(session);
      throw error;
    }
  }
}
