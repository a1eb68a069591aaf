import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createPortalServer } from '../src/index.js';
import { createLogger } from '../src/observability/logger.js';
import { createCertificate, writeCertificate } from './support/certificate.js';
import { Chargebee } from './support/chargebee.js';
import { HEALTHCHECK, MAIN } from './support/compiled-programs.js';
import { IdentityProvider } from './support/identity-provider.js';
import { Portal } from './support/portal.js';
import { Program } from './support/program.js';
import { deferred } from './support/deferred.js';

describe('the program', () => {
  let chargebee: Chargebee;
  let idp: IdentityProvider;

  beforeAll(async () => {
    [chargebee, idp] = await Promise.all([Chargebee.start(), IdentityProvider.start()]);
  });

  afterAll(() => Promise.all([chargebee.stop(), idp.stop()]));

  /** Returns the environment of a program that listens on a free port and uses the fakes. */
  const programEnv = (env: Record<string, string> = {}): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    ...chargebee.env,
    ...idp.env,
    HOST: '127.0.0.1',
    PORT: '0',
    ...env,
  });
  const start = (env?: Record<string, string>, args?: string[]) =>
    new Program(programEnv(env), args);
  const createSession = async (url: string) =>
    fetch(`${url}/portal-session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await idp.token()}` },
    });

  it('serves portal sessions, logs JSON lines, and exits with 0 on SIGTERM', async () => {
    const program = start({ METRICS_PORT: '0' });
    const { url, metricsUrl } = await program.listening();
    expect((await createSession(url)).status).toBe(200);
    expect((await fetch(metricsUrl ?? '')).status).toBe(200);
    program.signal('SIGTERM');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe('');
    for (const line of program.stdout.trim().split('\n')) {
      expect(JSON.parse(line)).toEqual(
        jasmine.objectContaining({ level: 'info', time: jasmine.stringMatching(/^\d{4}-.*Z$/) }),
      );
    }
  });

  it('writes its log by the `write` of a process manager, such as PM2, which replaces that of standard output', async () => {
    const replace =
      'process.stdout.write = (text, encoding, done) => process.stderr.write(text, encoding, done);';
    const preload = `data:text/javascript,${encodeURIComponent(replace)}`;
    const child = spawn(process.execPath, ['--import', preload, MAIN], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: programEnv(),
      // Ends a program that never says that it listens.
      timeout: 20_000,
    });
    let written = '';
    for await (const chunk of child.stderr) {
      written += String(chunk);
      if (written.includes('"msg":"listening"')) child.kill('SIGTERM');
    }
    expect(written).toContain('"msg":"closed"');
  });

  it('is not blocked by a terminal that is stopped, as by Ctrl-S', async () => {
    if (process.platform !== 'linux') pending('only Linux opens a terminal a second time');
    // `script` runs it in a terminal, and stops reading that terminal when its own output is not read.
    const child = spawn('script', ['-qec', `${process.execPath} ${MAIN}`, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: programEnv({ USER_REQUESTS_PER_MINUTE: '10000' }),
    });
    const exit = once(child, 'exit');
    let written = '';
    while (!written.includes('"msg":"listening"')) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      written += chunk.toString();
    }
    child.stdout.pause();
    const url = /"url":"([^"]+)"/.exec(written)?.[1] ?? '';
    const headers = { authorization: `Bearer ${await idp.token()}` };
    try {
      for (let index = 0; index < 1000; index += 1) {
        const options = { method: 'POST', headers, signal: AbortSignal.timeout(5000) };
        const { status } = await fetch(`${url}/portal-session/no-id!/logout`, options);
        expect(status).toBe(400);
      }
    } finally {
      // `script` waits for its own output to be read, so no other signal ends it. The server ends with its terminal.
      child.kill('SIGKILL');
      await exit;
    }
  });

  it('finishes requests in flight after a signal and its repetition, and exits at once on one a second later', async () => {
    const held = chargebee.holdCalls();
    const program = start();
    const { url } = await program.listening();
    const inFlight = createSession(url);
    await held.arrived;
    // As with Ctrl-C: a signal from the terminal, and another one from the parent process.
    const draining = program.logs('draining');
    program.signal('SIGINT');
    await draining;
    program.signal('SIGINT');
    held.release();
    expect((await inFlight).status).toBe(200);
    expect((await program.exit).code).toBe(0);

    const callReceived = new Promise<void>((resolve) => {
      chargebee.intercept = () => {
        resolve();
        return true;
      };
    });
    const stuckProgram = start({ CHARGEBEE_TIMEOUT_MS: '60000', REQUEST_DEADLINE_MS: '60000' });
    const lost = expectAsync(createSession((await stuckProgram.listening()).url)).toBeRejected();
    await callReceived;
    const stopping = stuckProgram.logs('draining');
    stuckProgram.signal('SIGTERM');
    await stopping;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    stuckProgram.signal('SIGTERM');
    expect((await stuckProgram.exit).code).toBe(1);
    await lost;
    chargebee.intercept = undefined;
  });

  it('finishes requests in flight on SIGHUP, such as of a terminal that is closed', async () => {
    const held = chargebee.holdCalls();
    const program = start();
    const inFlight = createSession((await program.listening()).url);
    await held.arrived;
    const draining = program.logs('draining');
    program.signal('SIGHUP');
    await draining;
    held.release();
    expect((await inFlight).status).toBe(200);
    expect((await program.exit).code).toBe(0);
  });

  it('handles a SIGTERM while it is still loading modules, and exits with 0', async () => {
    const probe = `
      import { createRequire } from 'node:module';
      process.on('newListener', (name) => {
        if (name !== 'SIGTERM') return;
        const files = Object.keys(createRequire(process.cwd() + '/').cache);
        console.log('SIGTERM is handled, loaded:', files.filter((file) => file.includes('/fastify/')).length);
      });`;
    const preload = `data:text/javascript,${encodeURIComponent(probe)}`;
    const program = start({}, ['--import', preload, MAIN]);
    const [, loaded] = await program.prints(/SIGTERM is handled, loaded: (\d+)\n/);
    program.signal('SIGTERM');
    expect(Number(loaded)).toBe(0);
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe('');
  });

  it('exits with 0 on a SIGTERM while it waits for Redis', async () => {
    const connected = deferred();
    const silent = createServer(() => connected.resolve()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const program = start({
      REDIS_URL: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    });
    await connected.promise;
    program.signal('SIGTERM');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe('');
    silent.close();
  });

  it('serves requests, and exits on SIGTERM, although nobody reads its log', async () => {
    // Measured inside the program, since the end of the process takes longer on a busy machine.
    const probe = `
      import { writeSync } from 'node:fs';
      process.once('SIGTERM', () => {
        const begun = performance.now();
        process.once('exit', () => writeSync(2, 'ended in ' + Math.round(performance.now() - begun)));
      });`;
    const preload = `data:text/javascript,${encodeURIComponent(probe)}`;
    const child = spawn(process.execPath, ['--import', preload, MAIN], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: programEnv({ METRICS_PORT: '0', LOG_LEVEL: 'debug' }),
    });
    const exit = once(child, 'exit');
    let log = '';
    const urls = await new Promise<{ url: string; metricsUrl: string }>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const [line] = /^.*"msg":"listening".*(?=\n)/m.exec(log) ?? [];
        if (line !== undefined) resolve(JSON.parse(line) as { url: string; metricsUrl: string });
      });
    });
    child.stdout.removeAllListeners('data').pause();
    const lost = async () =>
      /^portal_log_lines_lost_total\{kind="other"\} (\d+)$/m.exec(
        await (await fetch(urls.metricsUrl)).text(),
      )?.[1];
    expect(await lost()).toBe('0');
    const headers = { 'x-request-id': 'x'.repeat(128) };
    while ((await lost()) === '0') {
      const ask = () => fetch(`${urls.url}/healthz`, { headers });
      const answers = await Promise.all(Array.from({ length: 300 }, ask));
      expect(answers.every(({ status }) => status === 200)).toBeTrue();
      await Promise.all(answers.map((answer) => answer.text()));
    }
    const errors = text(child.stderr);
    child.kill('SIGTERM');
    // The program exits although its output is still unread.
    expect(await exit).toEqual([0, null]);
    const [, milliseconds] = /^ended in (\d+)$/.exec(await errors) ?? [];
    expect(Number(milliseconds)).toBeLessThan(8000);
    child.stdout.destroy();
  });

  it('serves requests after the reader of its log has exited, and counts the lines that are lost', async () => {
    const program = start({ METRICS_PORT: '0' });
    const { url, metricsUrl = '' } = await program.listening();
    program.stopReading();
    for (let call = 0; call < 3; call += 1) {
      expect((await createSession(url)).status).toBe(200);
      expect((await fetch(`${url}/portal-session`, { method: 'POST' })).status).toBe(401);
    }
    const metrics = await (await fetch(metricsUrl)).text();
    expect(metrics).toContain('portal_log_lines_lost_total{kind="audit"} 3\n');
    expect(metrics).toMatch(/^portal_log_lines_lost_total\{kind="other"\} [1-9]/m);
    program.signal('SIGTERM');
    expect(await program.exit).toEqual({ code: 0, signal: null });
  });

  it('prints every fault of its configuration, one per line, without values', async () => {
    const program = new Program({
      CHARGEBEE_SITE: 'not a site!',
      CHARGEBEE_API_KEY: 'secret key',
      AUTH_JWT_SECRET: 'too-short-secret',
      PORT: '99999',
      CORS_ORIGINS: '*',
    });
    expect((await program.exit).code).toBe(1);
    const [heading, ...faults] = program.stderr.trim().split('\n');
    expect(heading).toBe('The configuration has faults:');
    expect(faults.map((fault) => fault.trim().split(' ')[0]).sort()).toEqual([
      'AUTH_JWT_SECRET',
      'CHARGEBEE_API_KEY',
      'CHARGEBEE_SITE',
      'CORS_ORIGINS',
      'PORT',
    ]);
    expect(program.stderr).not.toMatch(/secret key|too-short-secret/);
    expect(program.stdout).toBe('');
  });

  it('prints in one line which port is in use, and which variable changes it', async () => {
    const program = start({ PORT: new URL(chargebee.origin).port });
    expect((await program.exit).code).toBe(1);
    expect(program.stderr).toBe(
      `Port ${new URL(chargebee.origin).port} of 127.0.0.1 is in use; PORT chooses another.\n`,
    );
  });
});

describe('the health check of a container', () => {
  const check = (env: Record<string, string>, ...preload: string[]) =>
    new Program(env, [...preload, HEALTHCHECK]);

  it('passes for a running server, and fails for another server or none', async () => {
    const chargebee = await Chargebee.start();
    const portal = await Portal.start();
    const exitOf = (url: string, env = {}) => check({ PORT: new URL(url).port, ...env }).exit;
    const [well, other, encrypted] = await Promise.all([
      exitOf(portal.url),
      exitOf(chargebee.origin),
      exitOf(portal.url, { TLS_CERT_FILE: '/tls/tls.crt' }),
    ]);
    await Promise.all([portal.stop(), chargebee.stop()]);
    expect([well.code, other.code, encrypted.code]).toEqual([0, 1, 1]);
  });

  it('does not use Node’s shared agent, which may have a proxy by NODE_USE_ENV_PROXY', async () => {
    const portal = await Portal.start();
    const proxied = `
      import http from 'node:http';
      http.globalAgent.createConnection = () => { throw new Error('there is no proxy'); };`;
    const preload = `data:text/javascript,${encodeURIComponent(proxied)}`;
    const { code } = await check({ PORT: new URL(portal.url).port }, '--import', preload).exit;
    await portal.stop();
    expect(code).toBe(0);
  });

  it('accepts any certificate of the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-health-'));
    const env = await writeCertificate(folder, await createCertificate('example.com'));
    const portal = await Portal.start(env);
    const { exit } = check({ ...env, PORT: new URL(portal.url).port });
    expect((await exit).code).toBe(0);
    await portal.stop();
    await rm(folder, { recursive: true });
  });

  it('reads the server’s address from the same variables', async () => {
    const probe = `
      import http from 'node:http';
      import { syncBuiltinESMExports } from 'node:module';
      http.request = ({ host, port, path }) => {
        console.log('asks', host, port, path);
        process.exit();
      };
      syncBuiltinESMExports();`;
    const environments: Record<string, string>[] = [
      {},
      { PORT: '', HOST: ' ' },
      { PORT: ' 8080 ', HOST: '127.0.0.2' },
      { HOST: '0.0.0.0' },
      { HOST: '::' },
      { HOST: 'localhost' },
      { TLS_CERT_FILE: ' ' },
    ];
    const asked = await Promise.all(
      environments.map(async (env) => {
        const url = `data:text/javascript,${encodeURIComponent(probe)}`;
        const [, what] = await check(env, '--import', url).prints(/asks (.*) \/healthz\n/);
        return what;
      }),
    );
    expect(asked).toEqual([
      '127.0.0.1 4000',
      '127.0.0.1 4000',
      '127.0.0.2 8080',
      '127.0.0.1 4000',
      '::1 4000',
      '127.0.0.1 4000',
      '127.0.0.1 4000',
    ]);
  });
});

describe('listening', () => {
  let chargebee: Chargebee;

  beforeAll(async () => {
    chargebee = await Chargebee.start();
  });

  afterAll(() => chargebee.stop());

  const create = (env: Record<string, string>) =>
    createPortalServer({
      env: {
        ...chargebee.env,
        AUTH_JWT_SECRET: 'a secret of thirty-two bytes and more',
        HOST: '127.0.0.1',
        PORT: '0',
        ...env,
      },
      logger: createLogger('silent'),
    });

  it('fails clearly when the port for metrics is in use', async () => {
    const { port } = new URL(chargebee.origin);
    const server = await create({ METRICS_PORT: port });
    await expectAsync(server.listen()).toBeRejectedWithError(
      `Port ${port} of 127.0.0.1 is in use; METRICS_PORT chooses another.`,
    );
    await server.close();
  });

  it('fails clearly at an address that is not this machine’s', async () => {
    const server = await create({ HOST: '203.0.113.1' });
    await expectAsync(server.listen()).toBeRejectedWithError(/EADDRNOTAVAIL.*see HOST and PORT/);
    await server.close();
  });

  it('does not show a password in the address', async () => {
    const server = await create({ HOST: 'http://user:hunter2@127.0.0.1' });
    const error = (await server.listen().catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain('see HOST and PORT');
    expect(error.message).not.toContain('hunter2');
    await server.close();
  });

  it('uses one address for localhost, and returns a URL that can be opened for all addresses', async () => {
    for (const [host, url] of [
      ['localhost', /^http:\/\/127\.0\.0\.1:\d+$/],
      ['0.0.0.0', /^http:\/\/localhost:\d+$/],
    ] as const) {
      const server = await create({ HOST: host });
      expect((await server.listen()).url).toMatch(url);
      await server.close();
    }
  });
});
