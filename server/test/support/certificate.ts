import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate and its key, as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** Creates a self-signed certificate. */
export async function createCertificate(
  name: string,
  options: Parameters<typeof generate>[1] = {},
): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], options);
  return { cert, key };
}

/** Writes a certificate and its key into a folder. Resolves to the variables of a server that uses them. */
export async function writeCertificate(folder: string, { cert, key }: Certificate) {
  const env = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  await Promise.all([writeFile(env.TLS_CERT_FILE, cert), writeFile(env.TLS_KEY_FILE, key)]);
  return env;
}
