/** The API keys of the site: the current one, and during a rotation a second one. */
export interface ApiKeys {
  /** The key for the next call. */
  readonly current: string;
  /** Must be called when Chargebee has refused a key. Switches to the next key. Returns whether there is another one to try. */
  rotateAfterRefusal(key: string): boolean;
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
    rotateAfterRefusal(key) {
      // Another call, or another set of keys, may have changed the key in the meantime.
      if (key !== current()) return true;
      // After the last key, the first is tried again: Chargebee may have refused it because it was not active yet.
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
