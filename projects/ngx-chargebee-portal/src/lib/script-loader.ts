import type { ChargebeeGlobal } from './chargebee-js';
import { PortalError } from './portal-error';

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;
const TIMEOUT_MS = 15_000;

interface TrustedTypesPolicy {
  createScriptURL(url: string): string;
}

// One a page, since a policy of the same name is not allowed twice.
let policy: TrustedTypesPolicy | undefined;

/** The window, with what chargebee.js and Trusted Types put there. */
export type ChargebeeWindow = Window & {
  Chargebee?: ChargebeeGlobal;
  trustedTypes?: {
    createPolicy(name: string, rules: TrustedTypesPolicy): TrustedTypesPolicy;
  };
};

/** Loads chargebee.js: once a page, whoever asked for it first; a failed load can be tried again. */
export class ScriptLoader {
  /** Whether the last load failed, and none has succeeded since. */
  failed = false;
  #loading?: Promise<void>;
  constructor(
    private readonly win: ChargebeeWindow,
    private readonly url: string,
    private readonly nonce: string | null,
  ) {}

  /** chargebee.js, when it is there. */
  get global(): ChargebeeGlobal | undefined {
    return this.win.Chargebee;
  }

  /** Resolves when chargebee.js is there; rejects with `SCRIPT_UNAVAILABLE` after three attempts or fifteen seconds. */
  load(): Promise<void> {
    if (this.global) {
      this.failed = false;
      return Promise.resolve();
    }
    return (this.#loading ??= this.#attempts().then(
      () => {
        this.failed = false;
        this.#loading = undefined;
      },
      (cause: unknown) => {
        this.failed = true;
        this.#loading = undefined;
        throw new PortalError('SCRIPT_UNAVAILABLE', 'chargebee.js could not be loaded.', { cause });
      },
    ));
  }

  async #attempts(): Promise<void> {
    const deadline = this.win.performance.now() + TIMEOUT_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(deadline - this.win.performance.now());
      } catch (error) {
        if (attempt === ATTEMPTS || this.win.performance.now() >= deadline) throw error;
        await new Promise((resolve) => this.win.setTimeout(resolve, FIRST_PAUSE_MS * 2 ** attempt));
      }
    }
  }

  /** One script element, another party's if there is one; removed again when it fails. */
  #attempt(timeout: number): Promise<void> {
    const { document } = this.win;
    let script = [...document.scripts].find((each) => each.src === this.url);
    const appended = !!script;
    script ??= document.createElement('script');
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: string) => {
        this.win.clearTimeout(timer);
        if (this.global) return resolve();
        script.remove();
        reject(new Error(error ?? 'The script did not define Chargebee.'));
      };
      const timer = this.win.setTimeout(() => settle('Timed out.'), timeout);
      script.addEventListener('load', () => settle(), { once: true });
      script.addEventListener('error', () => settle('The script failed to load.'), { once: true });
      if (appended) return;
      script.async = true;
      if (this.nonce) script.nonce = this.nonce;
      script.src = this.#trusted();
      document.head.append(script);
    });
  }

  /** The URL, through a Trusted Types policy where the browser has them. */
  #trusted(): string {
    policy ??= this.win.trustedTypes?.createPolicy('ngx-chargebee-portal', {
      createScriptURL: (url) => url,
    });
    return policy?.createScriptURL(this.url) ?? this.url;
  }
}
