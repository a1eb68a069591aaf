import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { OPTIONS } from '../src/options.js';
import { run } from '../src/cli/index.js';
import { endProgramsAfterEach, runProgram } from './program.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, postJson } from './support.js';

const TIMEOUT = 60_000;

/** Runs a command that exits by itself, in this process. */
async function runInProcess(args: readonly string[], env: Record<string, string> = {}) {
  const printed = { stdout: '', stderr: '' };
  const code = await run(args, env, {
    stdout: { write: (text) => (printed.stdout += text) },
    stderr: { write: (text) => (printed.stderr += text) },
  });
  return { code, ...printed };
}

describe('the command', () => {
  endProgramsAfterEach();
  closeEmulatorsAfterEach();

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(
      `prints one line when it is ready, and exits with 0 on ${signal}`,
      async () => {
        const program = runProgram(['--port', '0']);
        const url = await program.ready;
        expect((await call({ url }, 'GET', '/customers')).status).toBe(200);
        program.process.kill(signal);
        expect(await program.ended).toEqual({
          code: 0,
          stdout: `chargebee-emulator ready at ${url}\n`,
          stderr: '',
        });
      },
      TIMEOUT,
    );
  }

  it(
    'prints one line about a failed save when it exits',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'chargebee-emulator-'));
      const program = runProgram(['--port', '0', '--data', join(folder, 'data.json')]);
      const url = await program.ready;
      await rm(folder, { recursive: true });
      expect((await call({ url }, 'POST', '/customers', 'id=lost')).status).toBe(500);
      program.process.kill('SIGTERM');
      const { code, stderr } = await program.ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /\nchargebee-emulator: The data file \S+ cannot be written: [^\n]+\n$/,
      );
    },
    TIMEOUT,
  );

  it(
    'reads its settings from the environment, and gives options precedence',
    async () => {
      const program = runProgram(['--port', '0', '--api-key', 'from_option'], {
        PORT: '1',
        EMULATOR_SITE: 'other-test',
        EMULATOR_API_KEY: 'from_environment',
      });
      const url = await program.ready;
      const { site } = (await (await fetch(`${url}/_emulator`)).json()) as { site: string };
      expect(site).toBe('other-test');
      const authorization = `Basic ${Buffer.from('from_option:').toString('base64')}`;
      expect((await call({ url }, 'GET', '/customers', undefined, { authorization })).status).toBe(
        200,
      );
    },
    TIMEOUT,
  );

  it(
    'starts with the seed of a file, and resets to it',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'chargebee-emulator-'));
      const seed = join(folder, 'seed.json');
      await writeFile(seed, JSON.stringify({ customers: [{ id: 'only-one' }] }));
      try {
        const url = await runProgram(['--port', '0', '--seed', seed]).ready;
        const ids = async () => {
          const answer = await call({ url }, 'GET', '/customers');
          const { list } = (await answer.json()) as { list: { customer: { id: string } }[] };
          return list.map(({ customer }) => customer.id);
        };
        expect(await ids()).toEqual(['only-one']);
        await call({ url }, 'POST', '/customers', 'id=another');
        await postJson({ url }, '/_emulator/reset');
        expect(await ids()).toEqual(['only-one']);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    TIMEOUT,
  );

  it(
    'names a port that is in use, and fails',
    async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      const { code, stdout, stderr } = await runInProcess(['--port', String(port)]);
      other.close();
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toBe(
        `chargebee-emulator: port ${port} is in use by another program. Give another one with --port.\n`,
      );
    },
    TIMEOUT,
  );

  for (const flag of ['--help', '-h']) {
    it(
      `prints its options on ${flag}`,
      async () => {
        const { code, stdout, stderr } = await runInProcess([flag]);
        expect([code, stderr]).toEqual([0, '']);
        for (const { flag, variable } of OPTIONS) {
          expect(stdout).toContain(`--${flag}`);
          expect(stdout).toContain(variable);
        }
        for (const other of ['env', '-h, --help', '-v, --version']) expect(stdout).toContain(other);
      },
      TIMEOUT,
    );
  }

  for (const flag of ['--version', '-v']) {
    it(
      `prints its version on ${flag}`,
      async () => {
        const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
        const { version } = JSON.parse(text) as { version: string };
        expect((await runInProcess([flag])).stdout).toBe(`${version}\n`);
      },
      TIMEOUT,
    );
  }

  it(
    'prints with env the variables of programs that use the emulator, without the password of a webhook',
    async () => {
      const env = { EMULATOR_WEBHOOK_URLS: 'http://ada:s3cret@localhost:4020/hooks' };
      const { url } = await emulatorForSpec();
      const { code, stdout } = await runInProcess(['env', '--port', new URL(url).port], env);
      expect(code).toBe(0);
      expect(stdout).not.toContain('s3cret');
      const variables = parseEnv(stdout) as Record<string, string>;
      expect(variables).toEqual({
        CHARGEBEE_SITE: 'acme-test',
        CHARGEBEE_API_KEY: 'test_emulator_key',
        CHARGEBEE_BASE_URL: url,
        AUTH_JWKS_URL: `${url}/idp/.well-known/jwks.json`,
        AUTH_ISSUER: `${url}/idp`,
        AUTH_AUDIENCE: 'chargebee-portal-demo',
        CORS_ORIGINS: 'http://localhost:4200,http://127.0.0.1:4200',
        CHARGEBEE_WEBHOOK_USERNAME: 'ada',
      });
      const answer = await postJson({ url }, '/idp/token', { user: 'juniper' });
      const { access_token } = (await answer.json()) as { access_token: string };
      const keys = createRemoteJWKSet(new URL(variables.AUTH_JWKS_URL ?? ''));
      const { payload } = await jwtVerify(access_token, keys, {
        issuer: variables.AUTH_ISSUER ?? '',
        audience: variables.AUTH_AUDIENCE ?? '',
      });
      expect(payload.chargebee_customer_id).toBe('juniper-bakery');
    },
    TIMEOUT,
  );

  it(
    'warns of unknown variables, except those that Kubernetes sets',
    async () => {
      const program = runProgram(['--port', '0'], {
        EMULATOR_WEBHOOK_URL: 'http://localhost:1/',
        EMULATOR_PORT_4010_TCP: 'tcp://10.0.0.1:4010',
        EMULATOR_SERVICE_HOST: '10.0.0.1',
      });
      await program.ready;
      program.process.kill('SIGTERM');
      expect((await program.ended).stderr).toBe(
        'chargebee-emulator: EMULATOR_WEBHOOK_URL is not a variable of it; see --help.\n',
      );
    },
    TIMEOUT,
  );

  const mistakes: [
    mistake: string,
    args: string[],
    env: Record<string, string>,
    message: string,
  ][] = [
    ['an unknown option', ['--colour', 'red'], {}, "Unknown option '--colour'"],
    ['an invalid port', ['--port', 'http'], {}, '--port: must be a whole number'],
    [
      'an invalid entry of a list',
      ['--webhook-retry-delays', '1,soon'],
      {},
      '--webhook-retry-delays: must be whole seconds',
    ],
    ['an invalid port in a variable', [], { PORT: 'http' }, 'PORT: must be a whole number'],
    ['an unknown command', ['begin'], {}, 'There is no command "begin"'],
    ['env without a fixed port', ['env', '--port', '0'], {}, 'Give it a port'],
    ['a non-loopback address', ['--host', '0.0.0.0'], {}, 'EMULATOR_ALLOW_REMOTE'],
    ['an unavailable address', ['--port', '0', '--host', '127.0.0.999'], {}, '127.0.0.999'],
    ['a missing seed file', ['--seed', '/nowhere.json'], {}, '/nowhere.json'],
    ['an invalid origin', [], { EMULATOR_DEMO_ORIGINS: 'localhost' }, 'is not an origin'],
  ];
  for (const [mistake, args, env, message] of mistakes) {
    it(
      `prints one line about ${mistake}, and fails`,
      async () => {
        const { code, stderr } = await runInProcess(args, env);
        expect(code).toBe(1);
        expect(stderr).toMatch(/^chargebee-emulator: [^\n]+\n$/);
        expect(stderr).toContain(message);
      },
      TIMEOUT,
    );
  }

  it(
    'exits the process with code 1 when it fails',
    async () => {
      const { code, stdout, stderr } = await runProgram(['--port', 'http']).ended;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('--port: must be a whole number');
    },
    TIMEOUT,
  );
});
