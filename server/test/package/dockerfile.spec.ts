import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildDockerfile } from '../../../scripts/lib/dockerfile.mjs';
import { Chargebee } from '../support/chargebee.js';
import { Program } from '../support/program.js';

const run = promisify(execFile);

// These tests run without Docker: `buildDockerfile` executes the instructions in a folder.
describe('the Dockerfile', () => {
  let folder: string;
  let built: Awaited<ReturnType<typeof buildDockerfile>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-image-'));
    built = await buildDockerfile('server/Dockerfile', folder);
    // The build installs all packages again, which takes minutes on a busy machine.
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true }));

  it('runs as an unprivileged user, after a separate build stage', () => {
    expect(built.stageCount).toBe(2);
    expect(built.argumentsOf('USER')).toEqual(['node']);
    expect(built.argumentsOf('RUN')).toEqual([]);
  });

  it('does not copy sources, packages and build tools into the image', async () => {
    expect(await readdir(join(folder, '1'))).toEqual(['server']);
    expect((await readdir(join(folder, '1/server'))).sort()).toEqual(['dist', 'package.json']);
  });

  it('starts a server that passes its health check', async () => {
    const chargebee = await Chargebee.start();
    const cwd = join(folder, '1');
    const command = JSON.parse(built.argumentsOf('CMD')[0] ?? '') as string[];
    const check = JSON.parse(
      (built.argumentsOf('HEALTHCHECK')[0] ?? '').replace(/^.*CMD /, ''),
    ) as string[];
    expect([command[0], check[0]]).toEqual(['node', 'node']);
    const AUTH_JWT_SECRET = 'a secret of thirty-two bytes and more';
    const program = new Program(
      { ...chargebee.env, AUTH_JWT_SECRET, NODE_ENV: 'production', PORT: '0' },
      command.slice(1).map((path) => join(cwd, path)),
    );
    const { url } = await program.listening();
    const isHealthy = (PORT: string) =>
      run(process.execPath, check.slice(1), { cwd, env: { PORT } }).then(
        () => true,
        () => false,
      );
    expect(await isHealthy(new URL(url).port)).toBeTrue();
    expect(await isHealthy(new URL(chargebee.origin).port)).toBeFalse();
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
    await chargebee.stop();
  });
});
