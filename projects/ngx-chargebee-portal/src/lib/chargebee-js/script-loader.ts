import { PortalError } from '../portal/portal-error';
import type { ChargebeeGlobal } from './chargebee-types';

declare const ngDevMode: unknown;

interface TrustedTypesPolicy {
  createScriptURL(url: string): string;
}

/** What chargebee.js and Trusted Types add to a page. */
interface PageGlobals {
  Chargebee?: ChargebeeGlobal;
  trustedTypes?: { createPolicy(name: string, rules: TrustedTypesPolicy): TrustedTypesPolicy };
}

/** `window.Chargebee`, once the script has run. Before that, an element with this id would be found in its place. */
export function chargebeeGlobal(): ChargebeeGlobal | undefined {
  const found = (window as PageGlobals).Chargebee;
  return typeof found?.init === 'function' ? found : undefined;
}

/** After this long a script that is still loading counts as overdue: the next click does not wait for it. */
const OVERDUE_MS = 4_000;

const ATTEMPTS = 3;
const RETRY_DELAY_MS = 300;
const TIMEOUT_MS = 15_000;
/** Marks the script elements of this library, of all its copies. */
const MARK = 'data-ngx-chargebee-portal';

// One per page, since a name cannot be used for a second policy.
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

  /** Whether a click should not wait for the script: it has failed, or has been loading for too long. */
  get isOverdue(): boolean {
    const isSlow = !!this.#loading && performance.now() - this.#startedAt > OVERDUE_MS;
    return this.#hasFailed || isSlow;
  }

  /**
   * Resolves when chargebee.js is there.
   *
   * @throws PortalError By rejection, `SCRIPT_UNAVAILABLE` after three attempts, or one that takes fifteen seconds.
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
      cause = error; // Such as the page's Content Security Policy.
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
    // A stale element was not this library's, and is no attempt of it.
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

/** Resolves when a script element has loaded or failed, or can no longer be expected to. */
function outcomeOf(
  script: HTMLScriptElement,
  wasFound: boolean,
): Promise<'finished' | 'timeout' | 'stale'> {
  return new Promise((resolve) => {
    const timers = [setTimeout(() => finish('timeout'), TIMEOUT_MS)];
    const expectNothing = () => {
      timers.push(setTimeout(() => finish('stale'), isFetched(script) ? 100 : 2_000));
    };
    const finish = (outcome: 'finished' | 'timeout' | 'stale') => {
      timers.forEach(clearTimeout);
      removeEventListener('load', expectNothing);
      resolve(outcome);
    };
    script.addEventListener('load', () => finish('finished'));
    script.addEventListener('error', () => finish('finished'));
    // Other code's element may have loaded or failed before. Whatever was there when the page had loaded has.
    if (!wasFound || script.hasAttribute(MARK)) return;
    if (document.readyState === 'complete' || isFetched(script)) expectNothing();
    else addEventListener('load', expectNothing);
  });
}

/** Whether the browser has fetched the element's URL, or has failed to. */
const isFetched = ({ src }: HTMLScriptElement): boolean =>
  performance.getEntriesByName(src).length > 0;

/** Says why the portal opens in a window of its own. A function: production builds would keep an unused private method. */
function warnAboutScript(url: string): void {
  console.warn(
    `chargebee.js could not be loaded from ${url}, so the portal opens in a window of its own. Check script-src of the ` +
      'Content-Security-Policy, ad blockers and the network.',
  );
}
