/**
 * Returns a copy of the environment for commands outside this repository: without coverage, and without the variables that npm
 * has set for its script here. It keeps where npm downloads from.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Record<string, string>}
 */
export function environmentOutsideRepository(env = process.env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => name !== 'NODE_V8_COVERAGE' && !/^npm_(?!config_(registry|cafile)$)/.test(name),
    ),
  );
}
