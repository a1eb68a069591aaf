import { ChargebeeError, invalidState, wrongValue } from '../errors.js';
import { extended } from './collection.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { Customer, LinkedCustomer, PortalSession, StoredPortalSession } from './resources.js';

/** The seconds within which a new session must be opened, and for which an opened session lasts. */
export const SESSION_LIFETIME = 3600;

/** An open session and the secret that identifies the browser in later requests. */
export interface OpenedSession {
  session: PortalSession;
  loginKey: string;
}

export class PortalSessions {
  constructor(private readonly core: StoreCore) {}

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string): PortalSession {
    return this.#withUrl(this.core.tables.portal_sessions.require(id));
  }

  list(): PortalSession[] {
    return this.core.tables.portal_sessions.list().map((session) => this.#withUrl(session));
  }

  /** @throws ChargebeeError `resource_not_found` with `param: customer[id]` */
  create(input: {
    customer_id: string;
    redirect_url?: string;
    forward_url?: string;
    status?: 'created' | 'not_yet_activated';
  }): PortalSession {
    const customer = this.core.tables.customers.require(input.customer_id, 'customer[id]');
    const now = this.core.clock.now();
    const session = this.core.tables.portal_sessions.insert({
      status: 'created',
      ...input,
      id: randomId(16, 'portal_'),
      object: 'portal_session',
      token: randomId(35),
      created_at: now,
      expires_at: now + SESSION_LIFETIME,
      linked_customers: [this.#toLinkedCustomer(customer)],
    });
    this.core.events.record('portal_session_created', session.customer_id, session.id);
    return this.#withUrl(session);
  }

  /**
   * Opens a session by its token. This works once, within an hour.
   * @throws ChargebeeError 401 "token has expired" for a used, expired or unknown token
   */
  authenticate(token: string, ipAddress: string): OpenedSession {
    const now = this.core.clock.now();
    const [found] = this.core.tables.portal_sessions.list((session) => session.token === token);
    const usable = found && (found.status === 'created' || found.status === 'activated');
    if (!usable || found.expires_at <= now) throw tokenExpiredError();
    const session = this.core.tables.portal_sessions.update(found.id, {
      status: 'logged_in',
      login_at: now,
      login_ipaddress: ipAddress,
    });
    const login = this.core.tables.portal_logins.insert({
      id: randomId(35),
      object: 'portal_login',
      created_at: now,
      portal_session_id: session.id,
    });
    this.core.events.record('portal_session_logged_in', session.customer_id, session.id);
    return { session: this.#withUrl(session), loginKey: login.id };
  }

  /** Returns the session that a browser has opened, or undefined when it has ended. */
  byLoginKey(loginKey: string): PortalSession | undefined {
    const login = this.core.tables.portal_logins.get(loginKey);
    const session = login && this.core.tables.portal_sessions.get(login.portal_session_id);
    const isOpen = session?.status === 'logged_in' && !this.#hasExpired(session);
    return isOpen ? this.#withUrl(session) : undefined;
  }

  /** Ends a session. Does nothing if it has ended already. @throws ChargebeeError `resource_not_found` */
  logout(id: string, ipAddress?: string): PortalSession {
    const before = this.retrieve(id);
    if (before.status === 'logged_out') return before;
    const session = this.core.tables.portal_sessions.update(id, {
      status: 'logged_out',
      logout_at: this.core.clock.now(),
      ...(ipAddress ? { logout_ipaddress: ipAddress } : {}),
    });
    for (const login of this.core.tables.portal_logins.list((l) => l.portal_session_id === id)) {
      this.core.tables.portal_logins.delete(login.id);
    }
    this.core.events.record('portal_session_logged_out', session.customer_id, id);
    return this.#withUrl(session);
  }

  /**
   * Activates a session of a site whose customers log in through Chargebee.
   * @throws ChargebeeError `param_wrong_value` for a wrong token, `invalid_state_for_request` when the session is not awaiting activation
   */
  activate(id: string, token: string): PortalSession {
    const session = this.retrieve(id);
    if (session.token !== token) throw wrongValue('token', 'is not the token of this session');
    if (session.status !== 'not_yet_activated') {
      throw invalidState(
        `Only a session that is not_yet_activated can be activated. This one is ${session.status}.`,
      );
    }
    const activated = this.core.tables.portal_sessions.update(id, { status: 'activated' });
    this.core.events.record('portal_session_activated', session.customer_id, id);
    return this.#withUrl(activated);
  }

  /** Ends sessions that have been open for an hour. */
  runDueChanges(): void {
    for (const session of this.core.tables.portal_sessions.list((s) => s.status === 'logged_in')) {
      if (this.#hasExpired(session)) this.logout(session.id);
    }
  }

  #withUrl(session: StoredPortalSession): PortalSession {
    const access_url = `${this.core.publicUrl()}/portal/access/${session.token}`;
    return extended(session, { access_url });
  }

  #hasExpired(session: StoredPortalSession): boolean {
    return (session.login_at ?? 0) + SESSION_LIFETIME <= this.core.clock.now();
  }

  #toLinkedCustomer(customer: Customer): LinkedCustomer {
    return {
      object: 'linked_customer',
      customer_id: customer.id,
      ...(customer.email ? { email: customer.email } : {}),
      has_billing_address: customer.billing_address !== undefined,
      has_payment_method: customer.primary_payment_source_id !== undefined,
      has_active_subscription:
        this.core.tables.subscriptions.list(
          (s) => s.customer_id === customer.id && s.status === 'active',
        ).length > 0,
    };
  }
}

const tokenExpiredError = (): ChargebeeError =>
  new ChargebeeError(401, 'untyped', 'api_authentication_failed', 'token has expired', 'token');
