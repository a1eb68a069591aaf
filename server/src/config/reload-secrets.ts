import type { FastifyBaseLogger } from 'fastify';
import { ConfigurationError } from './environment.js';
import { assertRegularFiles, watchFiles } from './watch-files.js';

export interface ReloadSecretsOptions<Config> {
  /** The files of the secrets. */
  files: readonly string[];
  /** Loads the configuration again. */
  load: () => Config;
  /** Switches to the secrets of the loaded configuration. */
  apply: (config: Config) => void;
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  pollIntervalMs?: number;
  retryAfterMs?: number;
}

/** The delay before invalid files are read again even if they have not changed. */
const RETRY_AFTER_MS = 10_000;

/**
 * Reloads secrets when one of their files changes, so that they can be rotated without a restart. If the configuration is
 * then invalid, the fault is logged, the old secrets stay in use, and loading is retried periodically: the fault may be in a
 * file that is not watched, such as a certificate's, or in the disk.
 */
export function reloadSecrets<Config>(options: ReloadSecretsOptions<Config>): { close(): void } {
  const { files, load, apply, logger, pollIntervalMs, retryAfterMs = RETRY_AFTER_MS } = options;
  if (files.length === 0) return { close: () => undefined };
  let retry: NodeJS.Timeout | undefined;
  let reported: string | undefined;
  const reload = (): void => {
    clearTimeout(retry);
    try {
      assertRegularFiles(files);
      apply(load());
      reported = undefined;
      logger.info('the secrets were read again from their files');
    } catch (error) {
      retry = setTimeout(reload, retryAfterMs).unref();
      const { message } = error as Error;
      if (message === reported) return;
      reported = message;
      logger.error(
        error instanceof ConfigurationError ? { faults: error.faults } : { err: error },
        'a file of a secret has changed and cannot be used; the old one stays',
      );
    }
  };
  const watcher = watchFiles(files, {
    onChange: reload,
    onUnwatched: (err) =>
      logger.warn({ err }, 'the folder of a secret cannot be watched; changes are noticed later'),
    ...(pollIntervalMs !== undefined && { pollIntervalMs }),
  });
  return {
    close() {
      clearTimeout(retry);
      watcher.close();
    },
  };
}
