import { statSync, unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Several files are often replaced in sequence, or by a symbolic link, which causes several events. */
const DEBOUNCE_MS = 200;
/** How often the files are checked for changes, besides watching the folders. */
const POLL_INTERVAL_MS = 30_000;

export interface WatchFilesOptions {
  /** Called when one of the files may have changed. */
  onChange: () => void;
  /** Called when a folder cannot be watched; changes are then detected only by polling. */
  onUnwatched: (error: unknown) => void;
  pollIntervalMs?: number;
}

/** Throws for a pipe or a device: reading it again may never end, and block the process, when nobody writes to it. */
export function assertRegularFiles(paths: readonly string[]): void {
  if (!paths.some(isPipeOrDevice)) return;
  throw new Error('a pipe or a device is read at start only');
}

function isPipeOrDevice(path: string): boolean {
  try {
    return !statSync(path).isFile();
  } catch {
    // The error of reading it says more.
    return false;
  }
}

/**
 * Watches files that are replaced while the program runs. Watching their folders detects most changes at once, including the
 * symbolic link that Kubernetes swaps. The files are polled as well: a folder cannot always be watched, may be replaced, and
 * does not change when a link elsewhere does.
 */
export function watchFiles(
  paths: readonly string[],
  options: WatchFilesOptions,
): { close(): void } {
  const { onChange, onUnwatched, pollIntervalMs = POLL_INTERVAL_MS } = options;
  let timer: NodeJS.Timeout | undefined;
  const onEvent = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, DEBOUNCE_MS).unref();
  };

  // Folders rather than files: the watcher of a file does not see its replacement.
  const folders = new Set(paths.map((path) => dirname(path)));
  const names = new Set(paths.map((path) => basename(path)));
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // Kubernetes swaps a symbolic link named ..data beside the files.
        if (name === null || names.has(name) || name === '..data') onEvent();
      });
      watchers.push(watcher.on('error', onUnwatched));
    } catch (error) {
      onUnwatched(error);
    }
  }
  const files = new Set(paths);
  for (const file of files)
    watchFile(file, { interval: pollIntervalMs, persistent: false }, onEvent);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      for (const file of files) unwatchFile(file, onEvent);
    },
  };
}
