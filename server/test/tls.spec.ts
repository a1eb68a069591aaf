import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { connect as connectPlainly, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureContextOptions } from 'node:tls';
import { Agent, request } from 'undici';
import { readTlsFiles, reloadTls } from '../src/http/tls.js';
import { createPortalServer } from '../src/index.js';
import { createCertificate } from './support/certificate.js';
import { Portal } from './support/portal.js';
import { deferred } from './support/deferred.js';
import { eventually } from './support/eventually.js';

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

  /** Returns the name in the certificate of a new connection. */
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

  it('logs that a proxy speaks plain HTTP or the PROXY protocol to it', async () => {
    await write(await createCertificate('first.example.com'));
    const portal = await Portal.start(files);
    for (const sent of [
      'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
      'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n',
    ]) {
      const socket = connectPlainly(Number(new URL(portal.url).port), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(sent);
      await closed;
    }
    const lines = portal.log.filter(({ msg }) => String(msg).includes('another protocol'));
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
    expect(lines[0]?.protocol).toContain('plain HTTP');
    await portal.stop();
  });

  it('serves requests, and uses a changed certificate without losing a connection', async () => {
    const first = await createCertificate('first.example.com');
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
    await write(await createCertificate('second.example.com'));
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

  it('uses a changed certificate in a volume of Kubernetes, which swaps a symbolic link', async () => {
    const version = async (name: string) => {
      await mkdir(join(folder, name));
      const { cert, key } = await createCertificate(`${name.slice(2)}.example.com`);
      await writeFile(join(folder, name, 'tls.crt'), cert);
      await writeFile(join(folder, name, 'tls.key'), key);
      await symlink(name, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await version('..one');
    await symlink('..data/tls.crt', files.TLS_CERT_FILE);
    await symlink('..data/tls.key', files.TLS_KEY_FILE);
    const portal = await Portal.start(files);
    expect(await shownBy(portal)).toBe('one.example.com');
    const taken = portal.nextLine(({ msg }) => String(msg).includes('were read again'));
    await version('..two');
    await taken;
    expect(await shownBy(portal)).toBe('two.example.com');
    await portal.stop();
  });

  /** Returns the time left of the certificate, as the metric has it. */
  const secondsLeft = async (portal: Portal) => {
    const text = await (await fetch(portal.metricsUrl)).text();
    return Number(/^portal_certificate_remaining_seconds (\S+)$/m.exec(text)?.[1]);
  };

  it('reports in the log and in a metric that the certificate has expired, until it is renewed', async () => {
    const day = 86_400_000;
    const dates = {
      notBeforeDate: new Date(Date.now() - 3 * day),
      notAfterDate: new Date(Date.now() - day),
    };
    await write(await createCertificate('old.example.com', dates));
    const portal = await Portal.start(files);
    const reports = () => portal.log.filter(({ msg }) => String(msg).includes('clients refuse it'));
    expect(reports().map(({ level }) => level)).toEqual(['error']);
    expect(reports()[0]?.msg).toMatch(/TLS_CERT_FILE expired at 20\d\d-/);
    expect(await secondsLeft(portal)).toBeLessThan(-86_000);
    expect(await shownBy(portal)).toBe('old.example.com');

    const taken = portal.nextLine(({ msg }) => String(msg).includes('were read again'));
    const renewed = { notAfterDate: new Date(Date.now() + 2 * day) };
    await write(await createCertificate('new.example.com', renewed));
    await taken;
    expect(await secondsLeft(portal)).toBeGreaterThan(172_000);
    expect(reports().length).toBe(1);

    const early = { notBeforeDate: new Date(Date.now() + day) };
    const nextReport = portal.nextLine(({ msg }) => String(msg).includes('not valid before 20'));
    await write(await createCertificate('early.example.com', early));
    expect((await nextReport).level).toBe('error');
    await portal.stop();
  });

  const closeOf = (socket: Socket) =>
    new Promise((resolve) => socket.resume().once('close', resolve));

  /** Opens a connection with an incomplete handshake. */
  const beginHandshake = async (portal: Portal) => {
    const socket = connectPlainly(Number(new URL(portal.url).port), '127.0.0.1');
    await once(socket, 'connect');
    // The header of a TLS record, without its content.
    socket.on('error', () => undefined).write(Buffer.from([22, 3, 1, 2, 0]));
    return { closed: closeOf(socket) };
  };

  it('has the same timeout for a handshake as for a request', async () => {
    await write(await createCertificate('one.example.com'));
    const portal = await Portal.start(files);
    const begun = performance.now();
    const { closed } = await beginHandshake(portal);
    await closed;
    const seconds = (performance.now() - begun) / 1000;
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThan(15);
    await portal.stop();
  });

  it('waits for a handshake no longer than for a request when it stops', async () => {
    await write(await createCertificate('one.example.com'));
    const portal = await Portal.start({
      ...files,
      REQUEST_DEADLINE_MS: '300',
      CHARGEBEE_TIMEOUT_MS: '300',
    });
    const { closed } = await beginHandshake(portal);
    expect(await shownBy(portal)).toBe('one.example.com');
    const begun = performance.now();
    await portal.stop();
    await closed;
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('finishes requests in flight when it stops, and does not wait for connections without one', async () => {
    await write(await createCertificate('one.example.com'));
    const portal = await Portal.start(files);
    const { closed } = await beginHandshake(portal);
    const port = Number(new URL(portal.url).port);
    const unused = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(unused, 'secureConnect');
    const unusedClosed = closeOf(unused);
    const held = portal.chargebee.holdCalls();
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const inFlight = request(`${portal.url}/portal-session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await portal.idp.token()}` },
      dispatcher,
    });
    await held.arrived;
    const stopped = portal.close();
    await Promise.all([closed, unusedClosed]);
    held.release();
    const { statusCode, body } = await inFlight;
    await body.dump();
    expect(statusCode).toBe(200);
    await stopped;
    expect(portal.logText()).not.toContain('cut off');
    await dispatcher.close();
    await Promise.all([portal.idp.stop(), portal.chargebee.stop()]);
  });

  const otherKeys = [
    ['of the same type', 'rsa'],
    ['of another type', 'ec'],
  ] as const;
  otherKeys.forEach(([which, keyType]) => {
    it(`does not start with another certificate’s key ${which}`, async () => {
      const { cert } = await createCertificate('one.example.com');
      const { key } = await createCertificate('other.example.com', { keyType });
      await write({ cert, key });
      const env = {
        ...files,
        CHARGEBEE_SITE: 'acme-test',
        CHARGEBEE_API_KEY: 'test_key',
        AUTH_JWT_SECRET: 'a secret of thirty-two bytes and more',
      };
      await expectAsync(createPortalServer({ env })).toBeRejectedWithError(
        /TLS_CERT_FILE and TLS_KEY_FILE cannot be used together/,
      );
    });
  });

  it('keeps the pair while a renewal that changes the type of key has replaced one file only', async () => {
    await write(await createCertificate('rsa.example.com'));
    const portal = await Portal.start(files);
    const renewed = await createCertificate('ec.example.com', { keyType: 'ec' });
    const refused = portal.nextLine(({ msg }) => String(msg).includes('cannot be used'));
    await writeFile(files.TLS_KEY_FILE, renewed.key);
    await refused;
    expect(await shownBy(portal)).toBe('rsa.example.com');
    const taken = portal.nextLine(({ msg }) => String(msg).includes('were read again'));
    await writeFile(files.TLS_CERT_FILE, renewed.cert);
    await taken;
    expect(await shownBy(portal)).toBe('ec.example.com');
    await portal.stop();
  });
});

describe('watched certificate and key', () => {
  let folder: string;
  let lines: string[];
  let used: SecureContextOptions[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-tls-'));
    lines = [];
    used = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  const write = async (version: string): Promise<void> => {
    await mkdir(join(folder, version));
    const { cert, key } = await createCertificate(version);
    await writeFile(join(folder, version, 'tls.key'), key);
    await writeFile(join(folder, version, 'tls.crt'), cert);
  };
  /** Watches the files of a folder with a short interval. `seen` resolves when changed files are used. */
  const look = async (version: string) => {
    const paths = {
      certFile: join(folder, version, 'tls.crt'),
      keyFile: join(folder, version, 'tls.key'),
    };
    const log = (level: string) => (_facts: unknown, message?: string) =>
      lines.push(`${level} ${message}`);
    const { promise: seen, resolve: markSeen } = deferred();
    const server = {
      setSecureContext(context: SecureContextOptions) {
        used.push(context);
        markSeen();
      },
    };
    const logger = { info: () => lines.push('info'), warn: log('warn'), error: log('error') };
    const files = await readTlsFiles(paths);
    return { paths, seen, certificates: reloadTls(server, paths, files, logger, 50) };
  };
  const LINK = 'live';
  const NOT_WATCHED =
    'warn the folder of the certificate cannot be watched; changes are noticed later';

  it('are reloaded when a symbolic link elsewhere is swapped', async () => {
    await write('v1');
    await write('v2');
    await symlink('v1', join(folder, LINK));
    const { paths, seen, certificates } = await look(LINK);
    await symlink('v2', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, LINK));
    await seen;
    const { cert, key } = await readTlsFiles(paths);
    expect(used).toEqual([{ cert, key, minVersion: 'TLSv1.2' }]);
    certificates.close();
  });

  it('are reloaded when their folder is replaced', async () => {
    await write('v1');
    await write('v2');
    const { seen, certificates } = await look('v1');
    await rename(join(folder, 'v1'), join(folder, 'old'));
    await rename(join(folder, 'v2'), join(folder, 'v1'));
    await seen;
    expect(lines.at(-1)).toBe('info');
    certificates.close();
  });

  it('are not read from a pipe, which would occupy a thread when nobody writes to it', async () => {
    await write('v1');
    const { paths, certificates } = await look('v1');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await rename(join(folder, 'pipe'), paths.keyFile);
    const { readFile } = fs.promises;
    const read = jasmine.createSpy('readFile', readFile).and.callThrough();
    fs.promises.readFile = read as unknown as typeof readFile;
    syncBuiltinESMExports();
    await eventually(() => lines.length > 0 || read.calls.any());
    fs.promises.readFile = readFile;
    syncBuiltinESMExports();
    certificates.close();
    // Ends the reading of the pipe, if there is any.
    await (await open(paths.keyFile, 'r+')).close();
    expect(read).not.toHaveBeenCalled();
  });

  it('are reloaded when the folder cannot be watched', async () => {
    const { watch } = fs;
    const broken = Object.assign(new EventEmitter(), { close: () => undefined });
    for (const failingWatch of [
      () => {
        throw new Error('ENOSPC: System limit for number of file watchers reached');
      },
      () => {
        setImmediate(() => broken.emit('error', new Error('EPERM')));
        return broken;
      },
    ]) {
      await write('v1');
      fs.watch = failingWatch as unknown as typeof watch;
      syncBuiltinESMExports();
      const { paths, seen, certificates } = await look('v1');
      fs.watch = watch;
      syncBuiltinESMExports();
      const { cert, key } = await createCertificate('v2');
      await writeFile(paths.keyFile, key);
      await writeFile(paths.certFile, cert);
      await seen;
      expect(lines).toContain(NOT_WATCHED);
      certificates.close();
      lines = [];
      await rm(join(folder, 'v1'), { recursive: true });
    }
  });

  it('are named in the error when they cannot be read', async () => {
    await write('v1');
    const { paths, certificates } = await look('v1');
    certificates.close();
    await rm(paths.keyFile);
    await expectAsync(readTlsFiles(paths)).toBeRejectedWithError(
      /TLS_KEY_FILE names a file that cannot be read \(ENOENT\)/,
    );
  });

  it('are not reloaded while they are the same', async () => {
    await write('v1');
    const { paths, certificates } = await look('v1');
    const { cert } = await readTlsFiles(paths);
    await writeFile(paths.certFile, cert);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(used).toEqual([]);
    expect(lines).toEqual([]);
    certificates.close();
  });
});
