import type { ObservableInput } from 'rxjs';
import { answerOf } from './backends/backend-answer';
import type { PortalError } from './portal-error';
import type { KeyMatch, PortalKey } from './portal-key';

/** The sessions opened by their access URL, which chargebee.js cannot log out. */
export interface WindowSessions {
  /** Remembers a session; of more than twenty, the oldest is forgotten. */
  readonly add: (key: PortalKey, id: string) => void;
  /** Forgets the sessions of other users, which the backend would not end for this one. */
  keep(matches: KeyMatch): void;
  /** Has the backend end them all; those it could not are remembered. Rejects with the first failure. */
  logout(): Promise<unknown>;
}

/** Makes the memory, with the function that ends a session. */
export function windowSessions(
  logoutSession: (id: string) => ObservableInput<unknown>,
): WindowSessions {
  const MOST = 20;
  let sessions: { key: PortalKey; id: string }[] = [];
  return {
    add(key, id) {
      sessions = [...sessions, { key, id }].slice(-MOST);
    },
    keep(matches) {
      sessions = sessions.filter(({ key }) => matches(key));
    },
    logout() {
      const ended = sessions;
      sessions = [];
      return Promise.all(
        ended.map((session) =>
          answerOf(
            () => logoutSession(session.id),
            () => true,
          ).catch((error: PortalError) => {
            if (error.code === 'SESSION_NOT_FOUND') return; // It has ended already.
            sessions.push(session);
            throw error;
          }),
        ),
      );
    },
  };
}
