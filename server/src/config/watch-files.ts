import { unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Files are often replaced one after the other, or through a link: wait until that is over. */
const SETTLED_AFTER_MS = 200;
/** How often the files themselves are looked at. */
const LOOK_EVERY_MS = 30_000;

export interface WatchFilesOptions {
  /** Called when one of the files may have changed. */
  onChange: () => void;
  /** Called when a folder cannot be watched, so that changes are noticed later. */
  onUnwatched: (error: unknown) => void;
  lookEveryMs?: number;
}

/**
 * Watches files that are replaced while the program runs. A change is mostly noticed at once, by watching the folders, in
 * which Kubernetes swaps a link. The files are looked at every half minute, too: a folder cannot always be watched, may be
 * replaced, and does not change when a link elsewhere does.
 */
export function watchFiles(
  paths: readonly string[],
  options: WatchFilesOptions,
): { close(): void } {
  const { onChange, onUnwatched, lookEveryMs = LOOK_EVERY_MS } = options;
  let timer: NodeJS.Timeout | undefined;
  const noted = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLED_AFTER_MS).unref();
  };

  // The folders, not the files: a file that is replaced is another file to the watcher.
  const folders = new Set(paths.map((path) => dirname(path)));
  const names = new Set(paths.map((path) => basename(path)));
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // Kubernetes swaps a link beside the files, named ..data.
        if (name === null || names.has(name) || name === '..data') noted();
      });
      watchers.push(watcher.on('error', onUnwatched));
    } catch (error) {
      onUnwatched(error);
    }
  }
  const files = new Set(paths);
  for (const file of files) watchFile(file, { interval: lookEveryMs, persistent: false }, noted);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      for (const file of files) unwatchFile(file, noted);
    },
  };
}
