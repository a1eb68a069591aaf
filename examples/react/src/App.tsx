import { useState, type FormEvent } from 'react';
import { signIn } from './backend';
import { usePortal, type PortalEvent } from './usePortal';

const users = { juniper: 'Juniper Bakery', harbor: 'Harbor Cycles', newcomer: 'New Customer' };
type UserId = keyof typeof users;

export function App() {
  const [user, setUser] = useState<UserId>('juniper');
  const [token, setToken] = useState<string>();
  const [userName, setUserName] = useState('');
  const portal = usePortal(token, () => setToken(undefined));

  async function submit(event: FormEvent) {
    event.preventDefault();
    portal.setProblem('');
    try {
      setToken(await signIn(user));
      setUserName(users[user]); // as of the submit: another user may be selected by now
    } catch (error) {
      portal.setProblem((error as Error).message);
    }
  }

  function signOut() {
    portal.logout();
    setToken(undefined);
  }

  return (
    <>
      <h1>Your account</h1>

      {token ? (
        <section className="card" aria-label="Billing">
          <p>
            Signed in as <strong>{userName}</strong>
          </p>
          <div className="row">
            <button type="button" className="primary" onClick={portal.openPortal}>
              Manage billing
            </button>
            <button type="button" onClick={portal.openPaymentSources}>
              Payment methods
            </button>
            <button type="button" onClick={signOut}>
              Sign out
            </button>
          </div>
        </section>
      ) : (
        <SignIn user={user} onSelect={setUser} onSubmit={(event) => void submit(event)} />
      )}

      <p role="alert">{portal.problem}</p>

      <Events events={portal.events} />
    </>
  );
}

interface SignInProps {
  user: UserId;
  onSelect: (user: UserId) => void;
  onSubmit: (event: FormEvent) => void;
}

function SignIn({ user, onSelect, onSubmit }: SignInProps) {
  return (
    <form className="card" onSubmit={onSubmit}>
      <div className="row">
        <label>
          User
          <select value={user} onChange={(event) => onSelect(event.target.value as UserId)}>
            {Object.entries(users).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button className="primary">Sign in</button>
      </div>
    </form>
  );
}

function Events({ events }: { events: PortalEvent[] }) {
  return (
    <section className="card" aria-labelledby="events-title">
      <h2 id="events-title">What the portal reports</h2>
      <ol aria-live="polite">
        {events.map(({ name, data }, index) => (
          <li key={index}>
            {name} {JSON.stringify(data)}
          </li>
        ))}
      </ol>
    </section>
  );
}
