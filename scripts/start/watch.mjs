// Rebuilds a target when one of its source files changes.
import { setMaxListeners } from 'node:events';
import { statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { buildAll, dependentsOf, targets } from '../lib/build-targets.mjs';

/** Wait for this long without a change before building: editors and git write several files at once. */
const DEBOUNCE_MS = 300;

/**
 * @param {string[]} names the targets to watch
 * @param {{ signal: AbortSignal, onBuilt: (target: string) => unknown }} options
 */
export function watchTargets(names, { signal, onBuilt }) {
  // Every watcher and build adds an abort listener; Node warns about more than ten.
  setMaxListeners(0, signal);
  const changed = new Set();
  let timer;
  let building = Promise.resolve();

  async function buildChanged() {
    const stale = dependentsOf([...changed]).filter((name) => names.includes(name));
    changed.clear();
    if (!stale.length) return;
    console.log(`building ${stale.join(', ')}`);
    try {
      await buildAll(stale, { signal });
    } catch (error) {
      if (!signal.aborted) console.error(`${error.message} The last build keeps running.`);
      return;
    }
    // The demo bundles the library, so one restart is enough when both were built.
    for (const name of stale) {
      if (name !== 'ngx-chargebee-portal' || !stale.includes('demo')) await onBuilt(name);
    }
  }

  const onChange = (name) => {
    changed.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(buildChanged);
    }, DEBOUNCE_MS);
  };

  for (const name of names) {
    for (const source of targets[name].sources) {
      const path = join(root, source);
      const isFolder = statSync(path).isDirectory();
      const watcher = watch(isFolder ? path : dirname(path), { recursive: isFolder, signal });
      watcher.on('change', (_, file) => {
        if (isFolder ? !/\.spec\.ts$|\.md$/.test(String(file)) : path.endsWith(`/${file}`))
          onChange(name);
      });
      watcher.on('error', (error) => console.warn(`${source} is not watched: ${error.message}`));
    }
  }
}
