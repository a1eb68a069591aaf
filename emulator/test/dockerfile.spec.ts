import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { call } from './support.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Stage {
  name: string | undefined;
  steps: { instruction: string; rest: string }[];
}

/** Parses the stages of a Dockerfile. Supports only the instructions that ours uses. */
function parse(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of text.split('\n')) {
    const [, instruction, rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1], steps: [] });
    else if (instruction) stages.at(-1)?.steps.push({ instruction, rest });
  }
  return stages;
}

/** Executes the instructions of a stage in a folder that represents /app. */
async function follow(stage: Stage, app: string, built: ReadonlyMap<string, string>) {
  for (const { instruction, rest } of stage.steps) {
    if (instruction === 'RUN') await runStep(rest, app);
    if (instruction !== 'COPY') continue;
    const [, from, paths = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? [];
    const sources = paths.split(' ');
    const target = sources.pop() ?? '';
    for (const source of sources) {
      const name = target.endsWith('/') ? (source.split('/').at(-1) ?? '') : '';
      const to = join(app, target, name);
      await mkdir(dirname(to), { recursive: true });
      if (from === undefined) await cp(join(ROOT, source), to, { recursive: true });
      // Move instead of copying, because copying all packages is slow.
      else await rename(join(built.get(from) ?? '', source.replace(/^\/app\//, '')), to);
    }
  }
}

/** Runs a build command in the environment of the test run, without npm's variables. */
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

// The tests run without Docker, so they execute its instructions in a folder.
describe('the Dockerfile', () => {
  let folder: string;
  let stages: Stage[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-image-'));
    stages = parse(await readFile(join(ROOT, 'emulator/Dockerfile'), 'utf8'));
    const built = new Map<string, string>();
    for (const [index, stage] of stages.entries()) {
      const app = join(folder, String(index));
      await mkdir(app);
      await follow(stage, app, built);
      if (stage.name !== undefined) built.set(stage.name, app);
    }
    // It installs the packages again, which is slow on a slow connection.
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true }));

  const all = (instruction: string) =>
    (stages.at(-1)?.steps ?? [])
      .filter((step) => step.instruction === instruction)
      .map(({ rest }) => rest);

  it('runs as an unprivileged user, after a separate build stage', () => {
    expect(stages.length).toBe(2);
    expect(all('USER')).toEqual(['node']);
    expect(all('RUN')).toEqual([]);
  });

  it('contains no sources and no build tools', async () => {
    const image = await readdir(join(folder, '1/emulator'));
    const there = image.filter((name) => name !== 'node_modules').sort();
    expect(there).toEqual(['dist', 'package.json']);
    const modules = await readdir(join(folder, '1/node_modules'));
    expect(modules).toContain('fastify');
    expect(modules).not.toContain('esbuild');
  });

  it('starts an emulator that passes its health check', async () => {
    const cwd = join(folder, '1');
    const command = JSON.parse(all('CMD')[0] ?? '') as string[];
    const check = JSON.parse((all('HEALTHCHECK')[0] ?? '').replace(/^.*CMD /, '')) as string[];
    const settings = all('ENV').map((line) => line.split('=') as [string, string]);
    expect(Object.fromEntries(settings)).toEqual({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      EMULATOR_ALLOW_REMOTE: 'true',
    });
    // The tests open no port on other interfaces.
    const env = { ...Object.fromEntries(settings), HOST: '127.0.0.1', PORT: '0' };
    const program = spawn(process.execPath, command.slice(1), {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => program.once('close', resolve));
    try {
      let printed = '';
      for await (const text of program.stdout.setEncoding('utf8')) {
        printed += String(text);
        if (printed.includes('\n')) break;
      }
      const url = /ready at (http:\S+)/.exec(printed)?.[1] ?? '';
      expect((await call({ url }, 'GET', '/customers')).status).toBe(200);
      const isHealthy = (PORT: string) =>
        run(process.execPath, check.slice(1), { cwd, env: { PORT } }).then(
          () => true,
          () => false,
        );
      expect(await isHealthy(new URL(url).port)).toBeTrue();
      expect(await isHealthy('1')).toBeFalse();
    } finally {
      program.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  }, 60_000);
});
