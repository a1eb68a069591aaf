import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { Agent, request } from 'undici';
import { createPortalServer } from '../src/index.js';
import { Portal } from './support/portal.js';

const certificate = async (name: string) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }]);
  return { cert, key };
};

describe('HTTPS by the server itself', () => {
  let folder: string;
  let files: { TLS_CERT_FILE: string; TLS_KEY_FILE: string };

  const write = async ({ cert, key }: { cert: string; key: string }) => {
    await writeFile(files.TLS_KEY_FILE, key);
    await writeFile(files.TLS_CERT_FILE, cert);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-tls-'));
    files = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** The name in the certificate that a new connection is shown. */
  const shownBy = (portal: Portal) =>
    new Promise<unknown>((resolve, reject) => {
      const { port } = new URL(portal.url);
      const socket = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false });
      socket.once('secureConnect', () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.end();
      });
      socket.once('error', reject);
    });

  it('serves requests, and takes up a changed certificate without losing a connection', async () => {
    const first = await certificate('first.example.com');
    await write(first);
    const portal = await Portal.start(files);
    expect(portal.url).toMatch(/^https:/);
    const dispatcher = new Agent({ connections: 1, connect: { rejectUnauthorized: false } });
    const statusOf = async () => {
      const { statusCode, body } = await request(`${portal.url}/healthz`, { dispatcher });
      await body.dump();
      return statusCode;
    };
    expect(await statusOf()).toBe(200);
    expect(await shownBy(portal)).toBe('first.example.com');

    const taken = portal.nextLine(({ msg }) => String(msg).includes('were read again'));
    await write(await certificate('second.example.com'));
    await taken;
    expect(await shownBy(portal)).toBe('second.example.com');
    expect(await statusOf()).toBe(200);

    const refused = portal.nextLine(({ msg }) => String(msg).includes('cannot be used'));
    await writeFile(files.TLS_CERT_FILE, first.cert);
    expect((await refused).level).toBe('error');
    expect(await shownBy(portal)).toBe('second.example.com');
    await dispatcher.close();
    await portal.stop();
  });

  it('does not start with a certificate and a key that do not belong together', async () => {
    const { cert } = await certificate('one.example.com');
    const { key } = await certificate('other.example.com');
    await write({ cert, key });
    const env = {
      ...files,
      CHARGEBEE_SITE: 'acme-test',
      CHARGEBEE_API_KEY: 'test_key',
      AUTH_JWT_SECRET: 'a secret of thirty-two bytes and more',
    };
    await expectAsync(createPortalServer({ env })).toBeRejectedWithError(/TLS_CERT_FILE/);
  });
});
