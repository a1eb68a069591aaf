import type { FastifyBaseLogger } from 'fastify';
import { unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { basename, dirname } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigurationError, unreadable } from '../config/environment.js';

/** A certificate and its key, in PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

export interface TlsPaths {
  certFile: string;
  keyFile: string;
}

/** Files are often replaced one after the other, or through a link: wait until they have come to rest. */
const SETTLED_AFTER_MS = 200;
/** How often the files themselves are looked at. */
const LOOK_EVERY_MS = 30_000;

/** How connections are encrypted, with these files. */
export function secureContextOf({ cert, key }: TlsFiles): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' };
}

/** Reads certificate and key. Rejects when they cannot be read or do not belong together. */
export async function readTlsFiles({ certFile, keyFile }: TlsPaths): Promise<TlsFiles> {
  const [cert, key] = await Promise.all([
    read('TLS_CERT_FILE', certFile),
    read('TLS_KEY_FILE', keyFile),
  ]);
  try {
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([
      `TLS_CERT_FILE and TLS_KEY_FILE cannot be used together (${code ?? 'unknown error'})`,
    ]);
  }
}

async function read(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([unreadable(variable, error)]);
  }
}

/**
 * Takes up changed files for new connections; what cannot be used is told in the log, and the old pair stays. A change
 * is mostly noticed at once, by watching the folders. The files are looked at every half minute, too, for a folder cannot
 * always be watched, may be replaced, and does not change when a link elsewhere does.
 *
 * @param used the files that are in use
 */
export function reloadTls(
  server: Pick<Server, 'setSecureContext'>,
  paths: TlsPaths,
  used: TlsFiles,
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>,
  lookEveryMs = LOOK_EVERY_MS,
): { close(): void } {
  let current = used;
  let timer: NodeJS.Timeout | undefined;
  const reload = async (): Promise<void> => {
    try {
      const files = await readTlsFiles(paths);
      if (files.cert === current.cert && files.key === current.key) return;
      server.setSecureContext(secureContextOf(files));
      current = files;
      logger.info('certificate and key were read again');
    } catch (err) {
      logger.error({ err }, 'certificate and key have changed and cannot be used');
    }
  };
  const noted = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), SETTLED_AFTER_MS);
  };
  const notWatched = (err: unknown): void =>
    logger.warn(
      { err },
      'the folder of the certificate cannot be watched; changes are noticed later',
    );

  // The folders, not the files: a file that is replaced is another file to the watcher.
  const folders = new Set([dirname(paths.certFile), dirname(paths.keyFile)]);
  const names = new Set([basename(paths.certFile), basename(paths.keyFile)]);
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // Kubernetes swaps a link beside the files, named ..data.
        if (name === null || names.has(name) || name === '..data') noted();
      });
      watchers.push(watcher.on('error', notWatched));
    } catch (error) {
      notWatched(error);
    }
  }
  const files = new Set([paths.certFile, paths.keyFile]);
  for (const file of files) watchFile(file, { interval: lookEveryMs, persistent: false }, noted);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      for (const file of files) unwatchFile(file, noted);
    },
  };
}
