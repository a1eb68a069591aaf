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
}

/**
 * Reads secrets again when the file of one changes, so that they can be rotated without a restart. Files that hold no valid
 * secret are reported in the log, and the old secrets stay.
 */
export function reloadSecrets<Config>(options: ReloadSecretsOptions<Config>): { close(): void } {
  const { files, load, apply, logger, lookEveryMs } = options;
  if (files.length === 0) return { close: () => undefined };
  return watchFiles(files, {
    onChange() {
      try {
        apply(load());
        logger.info('the secrets were read again from their files');
      } catch (error) {
        const faults = error instanceof ConfigurationError ? error.faults : undefined;
        const detail = faults ? { faults } : { err: error };
        logger.error(
          detail,
          'a file of a secret has changed and cannot be used; the old one stays',
        );
      }
    },
    onUnwatched: (err) =>
      logger.warn({ err }, 'the folder of a secret cannot be watched; changes are noticed later'),
    ...(lookEveryMs !== undefined && { lookEveryMs }),
  });
}
