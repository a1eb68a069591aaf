import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProgramsAfterEach, runProgram } from './program.js';
import { call, postJson } from './support.js';

/** Starting a program through tsx takes seconds on a busy machine. */
const TIMEOUT = 60_000;

describe('the command', () => {
  endProgramsAfterEach();

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(
      `says in one line when it is ready, and ends well on ${signal}`,
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
    'takes its set-up from the environment, and from its options before that',
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
    'begins with the seed of a file, and goes back to it',
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
      const { code, stdout, stderr } = await runProgram(['--port', String(port)]).ended;
      other.close();
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toBe(
        `chargebee-emulator: port ${port} is in use by another program. Give another one with --port.\n`,
      );
    },
    TIMEOUT,
  );

  it(
    'tells what it takes',
    async () => {
      const { code, stdout } = await runProgram(['--help']).ended;
      expect(code).toBe(0);
      for (const option of ['--port', '--host', '--data', '--site', '--api-key', '--seed']) {
        expect(stdout).toContain(option);
      }
    },
    TIMEOUT,
  );

  const wrong: [string, args: string[], env: Record<string, string>, said: string][] = [
    ['an unknown option', ['--colour', 'red'], {}, "Unknown option '--colour'"],
    ['a port that is none', ['--port', 'http'], {}, 'PORT: must be a whole number'],
    ['an address that others can reach', ['--host', '0.0.0.0'], {}, 'EMULATOR_ALLOW_REMOTE'],
    [
      'an address that it does not have',
      ['--port', '0', '--host', '127.0.0.999'],
      {},
      '127.0.0.999',
    ],
    ['a seed that is not there', ['--seed', '/nowhere.json'], {}, '/nowhere.json'],
    ['an origin that is none', [], { EMULATOR_DEMO_ORIGINS: 'localhost' }, 'is not an origin'],
  ];
  for (const [what, args, env, said] of wrong) {
    it(
      `says in a line what is wrong with ${what}, and fails`,
      async () => {
        const { code, stderr } = await runProgram(args, env).ended;
        expect(code).toBe(1);
        expect(stderr).toMatch(/^chargebee-emulator: /);
        expect(stderr).toContain(said);
        expect(stderr).not.toContain('    at ');
      },
      TIMEOUT,
    );
  }
});
