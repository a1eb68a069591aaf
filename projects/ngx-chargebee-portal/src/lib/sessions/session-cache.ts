import type { ObservableInput } from 'rxjs';
import type { PortalBackend, PortalRequest, PortalResource } from '../backends/portal-backend';
import type { PageRecord } from '../login/page-record';
import { PortalError } from '../portal/portal-error';
import { startCountdown } from './countdown';
import { isSameKey, type PortalKey } from './portal-key';

declare const ngDevMode: unknown;

const HOUR_MS = 3_600_000;
/** A cached session is not used in the last minute before it expires. */
const MARGIN_MS = 60_000;
/** A request that is in flight is not used for a later click after ten seconds: it may be lost, and a new one may be answered. */
const IN_FLIGHT_MS = MARGIN_MS + 10_000;

const SHARED_ANSWER =
  'The backend answered with the session of another user or customer. Whatever caches or shares its answers, such as an ' +
  'interceptor, a service worker or shareReplay(), must leave these out.';

/**
 * Requests and validates one kind of session: a portal session, or a page for managing payment methods. Both are called
 * sessions here.
 */
export interface SessionSource<T extends PortalResource> {
  request(backend: PortalBackend, request: PortalRequest): ObservableInput<T>;
  /** Returns a truthy value if the backend's answer is complete and for the right customer. */
  isValid(resource: T, key: PortalKey): unknown;
}

/** A session that has been requested and not been used yet. */
export interface UnusedSession<T> {
  readonly source: unknown;
  readonly key: PortalKey;
  /** The page of the portal that its access URL opens; undefined for the home page. */
  readonly forwardUrl: string | undefined;
  readonly resource: Promise<T>;
  readonly isUsable: () => boolean;
}

/** Requests a session from the backend. */
export type RequestSession = <T extends PortalResource>(
  source: SessionSource<T>,
  key: PortalKey,
  forwardUrl: string | undefined,
) => Promise<T>;

/** Requests sessions, and caches one of them until it is used. A session can be used once. */
export class SessionCache {
  readonly #request: RequestSession;
  readonly #owners: Map<string, PortalKey>;
  #cached?: UnusedSession<unknown>;
  /** Incremented by `clear()`. Sessions that were requested before are not usable. */
  #generation = 0;

  /** @param page The record of the page, since all applications of it may share a cache of the backend's answers. */
  constructor(request: RequestSession, page: PageRecord) {
    this.#request = request;
    this.#owners = page.sessionOwners;
  }

  /** Requests a session and caches it, unless a suitable one is cached. */
  prefetch<T extends PortalResource>(source: SessionSource<T>, key: PortalKey): Promise<T> {
    const session = this.#find(source, key) ?? this.#create(source, key);
    this.putBack(session);
    return session.resource;
  }

  /**
   * Returns the cached session and removes it from the cache, or requests a new one.
   *
   * @param link The page of the portal that the access URL has to open. Undefined if the session is for chargebee.js, which
   *   does not use the URL.
   */
  take<T extends PortalResource>(
    source: SessionSource<T>,
    key: PortalKey,
    link?: { forwardUrl: string | undefined },
  ): UnusedSession<T> {
    const found = this.#find(source, key);
    this.#cached = undefined;
    if (found && (!link || link.forwardUrl === found.forwardUrl)) return found;
    return this.#create(source, key, link?.forwardUrl);
  }

  /** Caches a session that was taken and not used. */
  putBack(session: UnusedSession<unknown>): void {
    this.#cached = session;
  }

  /** Makes the cached session unusable, and those that openings may still put back: they may be another user's now. */
  clear(): void {
    this.#generation++;
  }

  #find<T extends PortalResource>(
    source: SessionSource<T>,
    key: PortalKey,
  ): UnusedSession<T> | undefined {
    const cached = this.#cached;
    if (cached?.source !== source || !isSameKey(cached.key, key) || !cached.isUsable()) return;
    return cached as UnusedSession<T>;
  }

  #create<T extends PortalResource>(
    source: SessionSource<T>,
    key: PortalKey,
    forwardUrl?: string,
  ): UnusedSession<T> {
    const timeLeft = startCountdown();
    const generation = this.#generation;
    let lifetime = IN_FLIGHT_MS;
    const resource = this.#request(source, key, forwardUrl).then((created) => {
      const { id } = created;
      if (!isSameKey(this.#owners.get(id) ?? key, key)) {
        throw new PortalError(
          'INVALID_RESPONSE',
          typeof ngDevMode === 'undefined' || ngDevMode ? SHARED_ANSWER : undefined,
        );
      }
      if (id) this.#owners.set(id, key);
      // Both times are of the backend's clock: this computer's clock may be wrong.
      const stated = Date.parse(created.expiresAt ?? '') - Date.parse(created.createdAt);
      lifetime = Math.min(stated || HOUR_MS, HOUR_MS);
      return created;
    });
    resource.catch(() => (lifetime = 0)); // A failed one is not usable.
    const isUsable = () => generation === this.#generation && timeLeft(lifetime) > MARGIN_MS;
    return { source, key, forwardUrl, resource, isUsable };
  }
}
