import type { FastifyBaseLogger } from 'fastify';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { basename, dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ConfigurationError } from '../config/environment.js';

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

/** Reads certificate and key. Rejects when they cannot be read or do not belong together. */
export async function readTlsFiles({ certFile, keyFile }: TlsPaths): Promise<TlsFiles> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([
      `TLS_CERT_FILE and TLS_KEY_FILE cannot be used together (${code ?? 'unknown error'})`,
    ]);
  }
}

/** Takes up changed files for new connections; what cannot be used is told in the log, and the old pair stays. */
export function reloadTls(
  server: Pick<Server, 'setSecureContext'>,
  paths: TlsPaths,
  logger: Pick<FastifyBaseLogger, 'info' | 'error'>,
): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const reload = async (): Promise<void> => {
    try {
      server.setSecureContext(await readTlsFiles(paths));
      logger.info('certificate and key were read again');
    } catch (err) {
      logger.error({ err }, 'certificate and key have changed and cannot be used');
    }
  };
  const noted = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), SETTLED_AFTER_MS);
  };
  // The folders, not the files: a file that is replaced is another file to the watcher.
  const folders = new Set([dirname(paths.certFile), dirname(paths.keyFile)]);
  const names = new Set([basename(paths.certFile), basename(paths.keyFile)]);
  const watchers = [...folders].map((folder) =>
    watch(folder, { persistent: false }, (_event, name) => {
      // Kubernetes swaps a link beside the files, named ..data.
      if (name === null || names.has(name) || name === '..data') noted();
    }),
  );
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
