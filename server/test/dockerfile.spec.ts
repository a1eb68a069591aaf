import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Chargebee } from './support/chargebee.js';
import { Program } from './support/program.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Stage {
  name: string | undefined;
  steps: { instruction: string; rest: string }[];
}

/** The stages of a Dockerfile, as far as ours goes. */
function parse(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of text.split('\n')) {
    const [, instruction, rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1], steps: [] });
    else if (instruction) stages.at(-1)?.steps.push({ instruction, rest });
  }
  return stages;
}

/** Does what a stage says in a folder that stands for /app. */
async function follow(stage: Stage, app: string, built: ReadonlyMap<string, string>) {
  for (const { instruction, rest } of stage.steps) {
    if (instruction === 'COPY') {
      const [, from, paths = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? [];
      const sources = paths.split(' ');
      const target = sources.pop() ?? '';
      for (const source of sources) {
        const isFolder = target.endsWith('/');
        const to = join(app, target, isFolder ? (source.split('/').at(-1) ?? '') : '');
        await mkdir(dirname(to), { recursive: true });
        if (from === undefined) await cp(join(ROOT, source), to, { recursive: true });
        // Moved, since all the packages take long to copy.
        else await rename(join(built.get(from) ?? '', source.replace(/^\/app\//, '')), to);
      }
    } else if (instruction === 'RUN') {
      await runStep(rest, app);
    }
  }
}

/** A command of the build, in the environment of whoever runs the tests, without what npm adds to it. */
async function runStep(command: string, app: string): Promise<void> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_V8_COVERAGE' && !/^npm_(?!config_(registry|cafile)$)/.test(name),
  );
  await run('/bin/sh', ['-c', command], {
    cwd: app,
    env: {
      ...Object.fromEntries(inherited),
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
    },
  });
}

// There is no Docker where the tests run: its instructions are followed in a folder.
describe('the Dockerfile', () => {
  let folder: string;
  let stages: Stage[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-image-'));
    stages = parse(await readFile(join(ROOT, 'server/Dockerfile'), 'utf8'));
    const built = new Map<string, string>();
    for (const [index, stage] of stages.entries()) {
      const app = join(folder, String(index));
      await mkdir(app);
      await follow(stage, app, built);
      if (stage.name !== undefined) built.set(stage.name, app);
    }
    // It installs all packages once more, which takes minutes on a busy machine.
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true }));

  const lastOf = (instruction: string) =>
    stages.at(-1)?.steps.find((step) => step.instruction === instruction)?.rest ?? '';

  it('runs as a user without rights, after a build in a stage of its own', () => {
    expect(stages.length).toBe(2);
    expect(lastOf('USER')).toBe('node');
    expect(lastOf('RUN')).toBe('');
  });

  it('leaves sources, packages and the tools of the build behind', async () => {
    expect(await readdir(join(folder, '1'))).toEqual(['server']);
    expect((await readdir(join(folder, '1/server'))).sort()).toEqual(['dist', 'package.json']);
  });

  it('starts a server that its health check finds well', async () => {
    const chargebee = await Chargebee.start();
    const cwd = join(folder, '1');
    const command = JSON.parse(lastOf('CMD')) as string[];
    const check = JSON.parse(lastOf('HEALTHCHECK').replace(/^.*CMD /, '')) as string[];
    expect([command[0], check[0]]).toEqual(['node', 'node']);
    const AUTH_JWT_SECRET = 'a secret of thirty-two bytes and more';
    const program = new Program(
      { ...chargebee.env, AUTH_JWT_SECRET, NODE_ENV: 'production', PORT: '0' },
      command.slice(1).map((path) => join(cwd, path)),
    );
    const { url } = await program.listening();
    const isWell = (PORT: string) =>
      run(process.execPath, check.slice(1), { cwd, env: { PORT } }).then(
        () => true,
        () => false,
      );
    expect(await isWell(new URL(url).port)).toBeTrue();
    expect(await isWell(new URL(chargebee.origin).port)).toBeFalse();
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
    await chargebee.stop();
  });
});
