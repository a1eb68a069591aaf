import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { CONFIG_VARIABLES } from '../src/config.js';
import { FAULT_TARGETS } from '../src/faults/fault.js';
import { optionsTable } from '../src/options.js';
import { compileEmulator } from './compiled-emulator.js';
import { runProgram, endProgramsAfterEach } from './program.js';
import { closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

const run = promisify(execFile);
const guide = await readFile(new URL('../../docs/emulator/index.md', import.meta.url), 'utf8');
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Programs start slowly on a busy machine. */
const TIMEOUT = 60_000;

const fences = (text: string): string[] => text.match(/^```\w+\n.*?^```$/gms) ?? [];
const blocks = (language: string): string[] =>
  [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);

describe('the README', () => {
  it('shows only examples of the guide, which are run below', () => {
    expect(fences(readme).length).toBe(3);
    for (const fence of fences(readme)) expect(fences(guide)).toContain(fence);
  });
});

describe('the guide', () => {
  closeEmulatorsAfterEach();
  endProgramsAfterEach();

  let folder: string;
  beforeEach(async () => {
    // The folder is inside the package, so that the examples' imports resolve.
    folder = await mkdtemp(join(HERE, 'readme-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has examples', () => {
    expect([blocks('sh').length, blocks('ts').length, blocks('js').length]).toEqual([8, 3, 1]);
  });

  it(
    'has a command that starts the emulator',
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

  it(
    'has a command that starts it with a webhook',
    async () => {
      const command = blocks('sh').find((block) => block.startsWith('EMULATOR_'));
      const [, variable = '', value = ''] =
        /^(\w+)=(\S+) npx chargebee-emulator\n$/.exec(command ?? '') ?? [];
      const url = await runProgram(['--port', '0'], { [variable]: value }).ready;
      const webhooks: unknown = await (await fetch(`${url}/_emulator/webhooks`)).json();
      expect(webhooks).toEqual([
        jasmine.objectContaining({ url: 'http://localhost:4020/webhooks', basic_auth: true }),
      ]);
    },
    TIMEOUT,
  );

  const calls = blocks('sh').filter((block) => block.startsWith('curl'));
  for (const [index, block] of calls.entries()) {
    it(`has curl calls that work (${index + 1})`, async () => {
      const { url } = await emulatorForSpec();
      for (const line of block.trim().split(/\n(?=curl )/)) {
        const command = `${line.replaceAll('http://localhost:4010', url)} --silent --show-error --fail`;
        await expectAsync(run('sh', ['-c', command]))
          .withContext(line)
          .toBeResolved();
      }
    });
  }

  it(
    'has a command that prints variables',
    async () => {
      const command = blocks('sh').find((block) => block.includes(' env '));
      expect(command).toBe('npx chargebee-emulator env > emulator.env\n');
      const { code, stdout } = await runProgram(['env']).ended;
      expect([code, stdout.includes('CHARGEBEE_BASE_URL=http://localhost:4010')]).toEqual([
        0,
        true,
      ]);
    },
    TIMEOUT,
  );

  const outputs = ['created\n', '429 1\n', 'subscription_cancelled 200\n'];
  for (const [index, block] of blocks('ts').entries()) {
    it(
      `has TypeScript examples that work (${index + 1})`,
      async () => {
        const { url } = await emulatorForSpec();
        const { index: emulator } = await compileEmulator();
        const file = join(folder, 'example.mjs');
        const text = block
          .replaceAll("'chargebee-emulator'", JSON.stringify(emulator))
          .replace('port: 4010', `port: ${new URL(url).port}`);
        await writeFile(file, (await transform(text, { loader: 'ts' })).code);
        const { stdout } = await run(process.execPath, [file]);
        expect(stdout).toBe(outputs[index] ?? '');
      },
      TIMEOUT,
    );
  }

  it('has the table of options', () => {
    const words = (text: string) => text.replaceAll(/[-\s|]+/g, ' ').trim();
    expect(words(guide)).toContain(words(optionsTable()));
  });

  it('documents every variable and every target of a fault', () => {
    for (const target of Object.keys(FAULT_TARGETS)) expect(guide).toContain(`\`${target}\``);
    for (const name of CONFIG_VARIABLES) expect(guide).toContain(`\`${name}\``);
  });
});
