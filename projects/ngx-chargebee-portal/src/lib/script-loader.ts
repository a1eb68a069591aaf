import type { ChargebeeGlobal } from './chargebee-js';
import { PortalError } from './portal-error';

const ATTEMPTS = 3;
const PAUSE_MS = 300;
const TIMEOUT_MS = 15_000;

interface TrustedTypesPolicy {
  createScriptURL(url: string): string;
}

/** The window, with what Trusted Types put there. */
export type ChargebeeWindow = Window & {
  trustedTypes?: { createPolicy(name: string, rules: TrustedTypesPolicy): TrustedTypesPolicy };
};

/** chargebee.js, when it is there. */
export const chargebeeOf = (win: object): ChargebeeGlobal | undefined =>
  (win as { Chargebee?: ChargebeeGlobal }).Chargebee;

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
export function scriptLoader(
  win: ChargebeeWindow,
  url: string,
  nonce: string | undefined,
): ScriptLoader {
  let loading: Promise<void> | undefined;
  let failed = false;

  /** By a script element, another party's if there is one; removed again when it fails. */
  const attempt = (left: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const { document } = win;
      const existing = [...document.scripts].find(({ src }) => src === url);
      const script = existing ?? document.createElement('script');
      const settle = () => {
        clearTimeout(timer);
        if (chargebeeOf(win)) return resolve();
        script.remove();
        if (left) setTimeout(() => resolve(attempt(left - 1)), PAUSE_MS);
        else reject(new PortalError('SCRIPT_UNAVAILABLE'));
      };
      const timer = setTimeout(() => {
        left = 0;
        settle();
      }, TIMEOUT_MS);
      script.addEventListener('load', settle);
      script.addEventListener('error', settle);
      if (existing) return;
      policy ??= win.trustedTypes?.createPolicy('ngx-chargebee-portal', {
        createScriptURL: (trusted) => trusted,
      });
      if (nonce) script.nonce = nonce;
      script.src = policy?.createScriptURL(url) ?? url;
      document.head.append(script);
    });

  return {
    failed: () => failed,
    load: () =>
      (loading ??= (chargebeeOf(win) ? Promise.resolve() : attempt(ATTEMPTS - 1)).finally(() => {
        loading = undefined;
        failed = !chargebeeOf(win);
      })),
  };
}
