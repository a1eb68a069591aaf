// Builds a room again when a file of it changes.
import { setMaxListeners } from 'node:events';
import { statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { buildAll, dependentsOf, rooms } from '../lib/rooms.mjs';

/** Editors write several files at once. */
const QUIET_MS = 300;

/**
 * @param {string[]} names the rooms to watch
 * @param {{ signal: AbortSignal, onBuilt: (room: string) => unknown }} options
 */
export function watchRooms(names, { signal, onBuilt }) {
  // Each watcher and build listens to it until it aborts.
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
      if (!signal.aborted) console.error(`${error.message} What was built before runs on.`);
      return;
    }
    // The last in the list contains the others: the demo contains the library.
    for (const name of new Set([...stale])) {
      if (name !== 'ngx-chargebee-portal' || !stale.includes('demo')) await onBuilt(name);
    }
  }

  const onChange = (name) => {
    changed.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(buildChanged);
    }, QUIET_MS);
  };

  for (const name of names) {
    for (const source of rooms[name].sources) {
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
