import type { PortalResource } from './backends/portal-backend';
import { stopwatch } from './clock';
import { PortalError } from './portal-error';
import { sameKey, type KeyMatch, type PortalKey } from './portal-key';

const HOUR_MS = 3_600_000;
const MARGIN_MS = 60_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** A session or a page, asked for and not used yet. */
export interface Held<T> {
  readonly key: PortalKey;
  readonly resource: Promise<T>;
  /** For how many milliseconds it can still be opened. */
  timeLeft(): number;
}

/** Asks for sessions (or pages) and holds at most one, from the moment it is asked for until it is taken. */
export class SessionKeeper<T extends PortalResource> {
  #held?: Held<T>;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly request: (key: PortalKey) => Promise<T>) {}

  /** Makes sure that one is held for this key, and resolves when it has arrived. */
  prefetch(key: PortalKey): Promise<T> {
    this.keep(sameKey(key));
    this.#held ??= this.#ask(key);
    return this.#held.resource;
  }

  /** Hands over the one held for this key, or asks for one. It is not held any longer. */
  take(key: PortalKey): Held<T> {
    this.keep(sameKey(key));
    const held = this.#held ?? this.#ask(key);
    this.#drop();
    return held;
  }

  /** Holds again what was taken and turned out not to be used. */
  giveBack(held: Held<T>): void {
    this.#drop();
    this.#hold(held);
  }

  /** Drops what is held, unless it is fresh and for a wanted key. */
  keep(matches: KeyMatch): void {
    if (this.#held && !(this.#held.timeLeft() > 0 && matches(this.#held.key))) this.#drop();
  }

  #drop(): void {
    this.#held = undefined;
    clearTimeout(this.#timer);
  }

  #hold(held: Held<T>): void {
    this.#held = held;
    const drop = () => {
      if (this.#held === held) this.#drop();
    };
    held.resource.then(() => {
      if (this.#held === held) this.#timer = setTimeout(drop, held.timeLeft());
    }, drop);
  }

  #ask(key: PortalKey): Held<T> {
    const age = stopwatch();
    let lifetime = HOUR_MS;
    const resource = withTimeout(this.request(key)).then((made) => {
      // By the backend's own clock, so that this computer's may be wrong.
      lifetime = Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt) || HOUR_MS;
      return made;
    });
    const held = {
      key,
      resource,
      timeLeft: () => lifetime - Math.min(MARGIN_MS, lifetime / 2) - age(),
    };
    this.#hold(held);
    return held;
  }
}

function withTimeout<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PortalError('NETWORK_ERROR', 'The backend did not answer in time.')),
      REQUEST_TIMEOUT_MS,
    );
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
