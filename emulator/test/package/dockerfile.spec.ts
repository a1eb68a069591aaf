import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildDockerfile } from '../../../scripts/lib/dockerfile.mjs';
import { call } from '../support.js';

const run = promisify(execFile);

// These tests run without Docker: `buildDockerfile` executes the instructions in a folder.
describe('the Dockerfile', () => {
  let folder: string;
  let built: Awaited<ReturnType<typeof buildDockerfile>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-image-'));
    built = await buildDockerfile('emulator/Dockerfile', folder);
    // The build installs all packages again, which takes minutes on a busy machine.
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true }));

  it('runs as an unprivileged user, after a separate build stage', () => {
    expect(built.stageCount).toBe(2);
    expect(built.argumentsOf('USER')).toEqual(['node']);
    expect(built.argumentsOf('RUN')).toEqual([]);
  });

  it('contains no sources and no build tools', async () => {
    const image = await readdir(join(folder, '1/emulator'));
    const files = image.filter((name) => name !== 'node_modules').sort();
    expect(files).toEqual(['dist', 'package.json']);
    const modules = await readdir(join(folder, '1/node_modules'));
    expect(modules).toContain('fastify');
    expect(modules).not.toContain('esbuild');
  });

  it('starts an emulator that passes its health check', async () => {
    const cwd = join(folder, '1');
    const command = JSON.parse(built.argumentsOf('CMD')[0] ?? '') as string[];
    const check = JSON.parse(
      (built.argumentsOf('HEALTHCHECK')[0] ?? '').replace(/^.*CMD /, ''),
    ) as string[];
    const settings = built.argumentsOf('ENV').map((line) => line.split('=') as [string, string]);
    expect(Object.fromEntries(settings)).toEqual({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      EMULATOR_ALLOW_REMOTE: 'true',
    });
    // Specs listen on no other interface.
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
