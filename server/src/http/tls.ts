import type { FastifyBaseLogger } from 'fastify';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigurationError, unreadable } from '../config/environment.js';
import { assertRegularFiles, watchFiles } from '../config/watch-files.js';

/** A certificate and its key, in PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

export interface TlsPaths {
  certFile: string;
  keyFile: string;
}

/** Returns the TLS options for a certificate and key. */
export function secureContextOf({ cert, key }: TlsFiles): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' };
}

/** Reads certificate and key. Rejects with a `ConfigurationError` when they cannot be read or do not belong together. */
export async function readTlsFiles({ certFile, keyFile }: TlsPaths): Promise<TlsFiles> {
  const [cert, key] = await Promise.all([
    read('TLS_CERT_FILE', certFile),
    read('TLS_KEY_FILE', keyFile),
  ]);
  const fault = faultOf({ cert, key });
  if (fault === undefined) return { cert, key };
  throw new ConfigurationError([
    `TLS_CERT_FILE and TLS_KEY_FILE cannot be used together (${fault})`,
  ]);
}

/** Returns when the certificate expires, in milliseconds since 1970. */
export function expiryOf({ cert }: TlsFiles): number {
  return Date.parse(new X509Certificate(cert).validTo);
}

/** Returns why clients refuse the certificate now; undefined if it is valid. */
export function validityFaultOf({ cert }: TlsFiles): string | undefined {
  const { validFrom, validTo } = new X509Certificate(cert);
  const [begins, expires] = [new Date(validFrom), new Date(validTo)];
  const now = new Date();
  if (now < begins) return `is not valid before ${begins.toISOString()}`;
  return now > expires ? `expired at ${expires.toISOString()}` : undefined;
}

function faultOf({ cert, key }: TlsFiles): string | undefined {
  try {
    createSecureContext({ cert, key });
    // OpenSSL compares only keys of the same type. With a key of another type, such as RSA beside ECDSA, every handshake fails.
    const belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    return belongs ? undefined : 'the key is not that of the certificate';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}

async function read(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([unreadable(variable, error)]);
  }
}

/** The watched certificate and key. */
export interface TlsReload {
  /** When the certificate in use expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  close(): void;
}

/**
 * Watches certificate and key, and uses changed files for new connections. If the files are invalid, the error is logged and
 * the current pair stays in use. A certificate that has expired is used, since the server has no better one, and logged.
 *
 * @param used the current pair
 */
export function reloadTls(
  server: Pick<Server, 'setSecureContext'>,
  paths: TlsPaths,
  used: TlsFiles,
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>,
  pollIntervalMs?: number,
): TlsReload {
  let current = used;
  const reportValidity = (): void => {
    const fault = validityFaultOf(current);
    if (fault) logger.error({}, `the certificate of TLS_CERT_FILE ${fault}; clients refuse it`);
  };
  reportValidity();
  const reload = async (): Promise<void> => {
    try {
      assertRegularFiles([paths.certFile, paths.keyFile]);
      const files = await readTlsFiles(paths);
      if (files.cert === current.cert && files.key === current.key) return;
      server.setSecureContext(secureContextOf(files));
      current = files;
      logger.info('certificate and key were read again');
      reportValidity();
    } catch (err) {
      logger.error({ err }, 'certificate and key have changed and cannot be used');
    }
  };
  const watcher = watchFiles([paths.certFile, paths.keyFile], {
    onChange: () => void reload(),
    onUnwatched: (err) =>
      logger.warn(
        { err },
        'the folder of the certificate cannot be watched; changes are noticed later',
      ),
    ...(pollIntervalMs !== undefined && { pollIntervalMs }),
  });
  return {
    get expiresAt() {
      return expiryOf(current);
    },
    close: () => watcher.close(),
  };
}
