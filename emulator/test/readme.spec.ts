import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { IdempotentAnswers } from '../src/api/idempotency.js';
import { api } from '../src/api/index.js';
import { Clock } from '../src/clock.js';
import { CONFIG_VARIABLES, readConfig } from '../src/config.js';
import { Downloads } from '../src/downloads.js';
import { FAULT_TARGETS } from '../src/faults/fault.js';
import { Resets } from '../src/resets.js';
import { Store } from '../src/store/store.js';
import { runProgram, endProgramsAfterEach } from './program.js';
import { closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

const run = promisify(execFile);
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const INDEX = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Programs take seconds to start on a busy machine. */
const TIMEOUT = 60_000;

const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);

/** The paths that the API takes, such as `GET /customers/{id}`. */
async function registeredPaths(): Promise<string[]> {
  const clock = new Clock();
  const publicUrl = () => '';
  const app = Fastify({ exposeHeadRoutes: false });
  const paths: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // Those of several methods only refuse them.
    if (typeof method === 'string') paths.push(`${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  await app.register(api, {
    store: new Store({ clock, publicUrl }),
    config: readConfig({}),
    resets: new Resets(),
    answers: new IdempotentAnswers(clock),
    downloads: new Downloads(clock, publicUrl),
    ...{ clock, publicUrl },
  });
  await app.close();
  return paths;
}

describe('the README', () => {
  closeEmulatorsAfterEach();
  endProgramsAfterEach();

  let folder: string;
  beforeEach(async () => {
    // Inside the package, so that what the examples import is found.
    folder = await mkdtemp(join(HERE, 'readme-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has examples', () => {
    expect([blocks('sh').length, blocks('ts').length, blocks('js').length]).toEqual([3, 2, 1]);
  });

  it(
    'gives a command that starts it',
    async () => {
      const [command = ''] = blocks('sh');
      const [npx, name, ...args] = command.trim().split(' ');
      expect([npx, name]).toEqual(['npx', 'chargebee-emulator']);
      const moved = args.map((arg) =>
        arg === '4010' ? '0' : arg.endsWith('.json') ? join(folder, arg) : arg,
      );
      expect(await runProgram(moved).ready).toMatch(/^http:\/\/localhost:\d+$/);
    },
    TIMEOUT,
  );

  for (const [index, block] of blocks('sh').slice(1).entries()) {
    it(`gives calls with curl that work (${index + 1})`, async () => {
      const { url } = await emulatorForSpec();
      for (const line of block.trim().split('\n')) {
        const command = `${line.replaceAll('http://localhost:4010', url)} --silent --show-error --fail`;
        await expectAsync(run('sh', ['-c', command]))
          .withContext(line)
          .toBeResolved();
      }
    });
  }

  const outputs = ['created\n', '429 1\n'];
  for (const [index, block] of blocks('ts').entries()) {
    it(
      `gives TypeScript that does what it says (${index + 1})`,
      async () => {
        const { url } = await emulatorForSpec();
        const file = join(folder, 'example.ts');
        await writeFile(
          file,
          block
            .replaceAll("'chargebee-emulator'", JSON.stringify(INDEX))
            .replace('port: 4010', `port: ${new URL(url).port}`),
        );
        const { stdout } = await run(process.execPath, [
          '--import',
          import.meta.resolve('tsx'),
          file,
        ]);
        expect(stdout).toBe(outputs[index] ?? '');
      },
      TIMEOUT,
    );
  }

  it('lists the paths of the API, all of them and no other', async () => {
    const listed = [...readme.matchAll(/^- `(\/[^`]*)`: (.*(?:\n {2}.*)*)/gm)].flatMap(
      ([, path = '', calls = '']) =>
        [...calls.matchAll(/`([A-Z]+) ?([^`]*)`/g)].map(
          ([, method = '', rest = '']) => `${method} ${path}${rest}`,
        ),
    );
    expect(listed.sort()).toEqual((await registeredPaths()).sort());
  });

  it('tells of every variable and every target of a fault', () => {
    for (const target of Object.keys(FAULT_TARGETS)) expect(readme).toContain(`\`${target}\``);
    for (const name of CONFIG_VARIABLES) expect(readme).toContain(`\`${name}\``);
  });
});
