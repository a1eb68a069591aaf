import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { followDockerfile } from '../../../scripts/lib/dockerfile.mjs';
import { call } from '../support.js';

const run = promisify(execFile);

// The tests run without Docker, so they execute its instructions in a folder.
describe('the Dockerfile', () => {
  let folder: string;
  let stages: Awaited<ReturnType<typeof followDockerfile>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-image-'));
    stages = await followDockerfile('emulator/Dockerfile', folder);
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
