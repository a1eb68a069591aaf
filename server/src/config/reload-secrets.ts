import type { FastifyBaseLogger } from 'fastify';
import { ConfigurationError } from './environment.js';
import { watchFiles } from './watch-files.js';

export interface ReloadSecretsOptions<Config> {
  /** The files that the secrets of the first configuration came from. */
  files: readonly string[];
  /** Reads the whole configuration again. */
  load: () => Config;
  /** Uses the secrets of another configuration from now on. */
  apply: (config: Config) => void;
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  lookEveryMs?: number;
  retryAfterMs?: number;
}

/** How soon files that cannot be used are read again, though nothing has changed. */
const RETRY_AFTER_MS = 10_000;

/**
 * Reads secrets again when the file of one changes, so that they can be rotated without a restart. Files that hold no valid
 * secret are reported in the log, and the old secrets stay. They are then read again from time to time: the fault may be in a
 * file that is not watched, such as a certificate's, or in the disk.
 */
export function reloadSecrets<Config>(options: ReloadSecretsOptions<Config>): { close(): void } {
  const { files, load, apply, logger, lookEveryMs, retryAfterMs = RETRY_AFTER_MS } = options;
  if (files.length === 0) return { close: () => undefined };
  let retry: NodeJS.Timeout | undefined;
  let reported: string | undefined;
  const reload = (): void => {
    clearTimeout(retry);
    try {
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
    ...(lookEveryMs !== undefined && { lookEveryMs }),
  });
  return {
    close() {
      clearTimeout(retry);
      watcher.close();
    },
  };
}
