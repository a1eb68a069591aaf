/** The API keys of the site: the one that calls are made with, and perhaps one more while they rotate. */
export interface ApiKeys {
  /** The key to make the next call with. */
  readonly current: string;
  /**
   * Says that Chargebee has refused a key. Gives whether there is another one to try.
   */
  refused(key: string): boolean;
  /** Uses other keys from now on. */
  replace(keys: readonly string[]): void;
}

export function createApiKeys(initial: readonly string[]): ApiKeys {
  let keys = initial;
  let index = 0;
  const current = () => keys[index] ?? '';
  return {
    get current() {
      return current();
    },
    refused(key) {
      // Another call, or another set of keys, may have changed the key in the meantime.
      if (key !== current()) return true;
      // After the last comes the first again: it may have been refused because Chargebee did not know it yet.
      index = (index + 1) % keys.length;
      return keys.length > 1;
    },
    replace(replacement) {
      if (replacement.join('\n') === keys.join('\n')) return;
      keys = replacement;
      index = 0;
    },
  };
}
