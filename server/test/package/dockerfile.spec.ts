import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { followDockerfile } from '../../../scripts/lib/dockerfile.mjs';
import { Chargebee } from '../support/chargebee.js';
import { Program } from '../support/program.js';

const run = promisify(execFile);

// The tests run without Docker: they execute the instructions of the Dockerfile in a folder.
describe('the Dockerfile', () => {
  let folder: string;
  let stages: Awaited<ReturnType<typeof followDockerfile>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-image-'));
    stages = await followDockerfile('server/Dockerfile', folder);
    // The build installs all packages again, which takes minutes on a busy machine.
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true }));

  const lastOf = (instruction: string) =>
    stages.at(-1)?.steps.find((step) => step.instruction === instruction)?.rest ?? '';

  it('runs as an unprivileged user, and is built in a separate stage', () => {
    expect(stages.length).toBe(2);
    expect(lastOf('USER')).toBe('node');
    expect(lastOf('RUN')).toBe('');
  });

  it('does not copy sources, packages and build tools into the image', async () => {
    expect(await readdir(join(folder, '1'))).toEqual(['server']);
    expect((await readdir(join(folder, '1/server'))).sort()).toEqual(['dist', 'package.json']);
  });

  it('starts a server that passes its health check', async () => {
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
