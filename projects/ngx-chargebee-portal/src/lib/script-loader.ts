import type { ChargebeeGlobal } from './chargebee-js';
import { PortalError } from './portal-error';

interface TrustedTypesPolicy {
  createScriptURL(url: string): string;
}

/** What chargebee.js and Trusted Types put on a page. */
interface PageGlobals {
  Chargebee?: ChargebeeGlobal;
  trustedTypes?: { createPolicy(name: string, rules: TrustedTypesPolicy): TrustedTypesPolicy };
}

/** chargebee.js, when it is there. */
export const chargebeeGlobal = (): ChargebeeGlobal | undefined => (window as PageGlobals).Chargebee;

/** Loads chargebee.js: once a page, whoever asked for it first. */
export interface ScriptLoader {
  /** Resolves when it is there; rejects with `SCRIPT_UNAVAILABLE` after three attempts, or when an attempt takes fifteen seconds. */
  readonly load: () => Promise<void>;
  /** Whether the last load failed. */
  failed(): boolean;
}

// One a page, since a policy of the same name is not allowed twice.
let policy: TrustedTypesPolicy | undefined;

/** Makes the loader of the script at this URL; the nonce is that of the page's CSP. */
export function scriptLoader(url: string, nonce: string | undefined): ScriptLoader {
  const ATTEMPTS = 3;
  const PAUSE_MS = 300;
  const TIMEOUT_MS = 15_000;
  let loading: Promise<void> | undefined;
  let failed = false;

  /** By a script element, another party's if there is one; removed again when it fails. Resolves either way. */
  const attempt = (left: number): Promise<void> =>
    new Promise((resolve) => {
      policy ??= (window as PageGlobals).trustedTypes?.createPolicy('ngx-chargebee-portal', {
        createScriptURL: (trusted) => trusted,
      });
      let script = [...document.scripts].find(({ src }) => src === url);
      if (!script) {
        script = document.createElement('script');
        if (nonce) script.nonce = nonce;
        script.src = policy?.createScriptURL(url) ?? url;
        document.head.append(script);
      }
      const settle = () => {
        clearTimeout(timer);
        if (chargebeeGlobal()) return resolve();
        script.remove();
        if (left) setTimeout(() => resolve(attempt(left - 1)), PAUSE_MS);
        else resolve();
      };
      const timer = setTimeout(() => {
        left = 0;
        settle();
      }, TIMEOUT_MS);
      script.addEventListener('load', settle);
      script.addEventListener('error', settle);
    });

  // There is a cause where the page's CSP refuses the policy.
  const end = (cause?: unknown): void => {
    loading = undefined;
    failed = !chargebeeGlobal();
    if (failed) throw new PortalError('SCRIPT_UNAVAILABLE', undefined, { cause });
  };

  return {
    failed: () => failed,
    load: () =>
      (loading ??= (chargebeeGlobal() ? Promise.resolve() : attempt(ATTEMPTS - 1)).then(end, end)),
  };
}
