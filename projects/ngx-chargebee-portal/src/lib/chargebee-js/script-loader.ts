import { PortalError } from '../portal/portal-error';
import type { ChargebeeGlobal } from './chargebee-types';

declare const ngDevMode: unknown;

interface TrustedTypesPolicy {
  createScriptURL(url: string): string;
}

/** The global variables of chargebee.js and of Trusted Types. */
interface PageGlobals {
  Chargebee?: ChargebeeGlobal;
  trustedTypes?: { createPolicy(name: string, rules: TrustedTypesPolicy): TrustedTypesPolicy };
}

/** Returns `window.Chargebee` if chargebee.js has run. Before that, it can be an element of the page with this id. */
export function chargebeeGlobal(): ChargebeeGlobal | undefined {
  const found = (window as PageGlobals).Chargebee;
  return typeof found?.init === 'function' ? found : undefined;
}

/** After this time the next click no longer waits for a script that is still loading. */
const OVERDUE_MS = 4_000;

const ATTEMPTS = 3;
const RETRY_DELAY_MS = 300;
const TIMEOUT_MS = 15_000;
/** Marks the script elements of all copies of this library. */
const MARK = 'data-ngx-chargebee-portal';

// Shared by all loaders: a second policy with the same name may be refused.
let policy: TrustedTypesPolicy | undefined;

/** Loads chargebee.js, once per page. */
export class ScriptLoader {
  readonly #url: string;
  readonly #cspNonce: string | undefined;
  #loading: Promise<void> | undefined;
  #startedAt = 0;
  #hasFailed = false;
  #hasWarned = false;

  constructor(url: string, cspNonce: string | undefined) {
    this.#url = url;
    this.#cspNonce = cspNonce;
  }

  /** Whether a click should not wait for the script, because it has failed or is slow. */
  get isOverdue(): boolean {
    const isSlow = !!this.#loading && performance.now() - this.#startedAt > OVERDUE_MS;
    return this.#hasFailed || isSlow;
  }

  /**
   * Loads chargebee.js, unless it is on the page already.
   *
   * @throws PortalError Rejects with `SCRIPT_UNAVAILABLE` after three attempts, or after an attempt of fifteen seconds
   */
  load(): Promise<void> {
    return (this.#loading ??= this.#loadWithRetries());
  }

  async #loadWithRetries(): Promise<void> {
    let cause: unknown;
    try {
      if (chargebeeGlobal()) return;
      this.#startedAt = performance.now();
      await this.#attempt(ATTEMPTS);
    } catch (error) {
      cause = error; // Trusted Types of the page's Content Security Policy may refuse the script.
    } finally {
      this.#loading = undefined;
      this.#hasFailed = !chargebeeGlobal();
    }
    if (!this.#hasFailed) return;
    if ((typeof ngDevMode === 'undefined' || ngDevMode) && !this.#hasWarned) {
      this.#hasWarned = true;
      warnAboutScript(this.#url);
    }
    throw new PortalError('SCRIPT_UNAVAILABLE', undefined, { cause });
  }

  async #attempt(attemptsLeft: number): Promise<void> {
    const found = [...document.scripts].find(({ src }) => src === this.#url);
    const script = found ?? this.#createElement();
    const outcome = await outcomeOf(script, !!found);
    if (chargebeeGlobal()) return;
    script.remove();
    // A stale element was added by other code, so it does not count as an attempt.
    const left = outcome === 'stale' ? attemptsLeft : attemptsLeft - 1;
    if (outcome === 'timeout' || left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
    await this.#attempt(left);
  }

  #createElement(): HTMLScriptElement {
    policy ??= (window as PageGlobals).trustedTypes?.createPolicy('ngx-chargebee-portal', {
      createScriptURL: (trusted) => trusted,
    });
    const script = document.createElement('script');
    script.setAttribute(MARK, '');
    if (this.#cspNonce) script.nonce = this.#cspNonce;
    script.src = policy?.createScriptURL(this.#url) ?? this.#url;
    document.head.append(script);
    return script;
  }
}

/** Resolves when a script element has loaded or failed, or when it is too late for its events. */
function outcomeOf(
  script: HTMLScriptElement,
  wasFound: boolean,
): Promise<'finished' | 'timeout' | 'stale'> {
  return new Promise((resolve) => {
    const timers = [setTimeout(() => finish('timeout'), TIMEOUT_MS)];
    const startStaleTimer = () => {
      timers.push(setTimeout(() => finish('stale'), isFetched(script) ? 100 : 2_000));
    };
    const finish = (outcome: 'finished' | 'timeout' | 'stale') => {
      timers.forEach(clearTimeout);
      removeEventListener('load', startStaleTimer);
      resolve(outcome);
    };
    script.addEventListener('load', () => finish('finished'));
    script.addEventListener('error', () => finish('finished'));
    // An element of other code may have fired its events already. Once the page has loaded, every earlier element has.
    if (!wasFound || script.hasAttribute(MARK)) return;
    if (document.readyState === 'complete' || isFetched(script)) startStaleTimer();
    else addEventListener('load', startStaleTimer);
  });
}

/** Whether the browser has finished fetching the element's URL, successfully or not. */
const isFetched = ({ src }: HTMLScriptElement): boolean =>
  performance.getEntriesByName(src).length > 0;

/** Warns in the console. A function, since minifiers remove an unused function, but not an unused private method. */
function warnAboutScript(url: string): void {
  console.warn(
    `chargebee.js could not be loaded from ${url}, so the portal opens in a window of its own. Check script-src of the ` +
      'Content-Security-Policy, ad blockers and the network.',
  );
}
