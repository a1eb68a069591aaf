import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageOf } from '../../../scripts/lib/dockerfile-suite.mjs';
import { call } from '../support.js';

// These tests run without Docker: `imageOf` executes the instructions in a folder.
describe('the Dockerfile', () => {
  const image = imageOf('emulator/Dockerfile');

  it('runs as an unprivileged user, and runs no command after the build stage', () => {
    expect(image.stageCount).toBe(2);
    expect(image.argumentsOf('USER')).toEqual(['node']);
    expect(image.argumentsOf('RUN')).toEqual([]);
  });

  it('contains no sources and no build tools', async () => {
    const files = await readdir(join(image.app, 'emulator'));
    expect(files.filter((name) => name !== 'node_modules').sort()).toEqual([
      'dist',
      'package.json',
    ]);
    const modules = await readdir(join(image.app, 'node_modules'));
    expect(modules).toContain('fastify');
    expect(modules).not.toContain('esbuild');
  });

  it('starts an emulator that passes its health check', async () => {
    const settings = image.argumentsOf('ENV').map((line) => line.split('=') as [string, string]);
    expect(Object.fromEntries(settings)).toEqual({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      EMULATOR_ALLOW_REMOTE: 'true',
    });
    // Tests listen on the loopback interface only.
    const env = { ...Object.fromEntries(settings), HOST: '127.0.0.1', PORT: '0' };
    const program = spawn(process.execPath, image.command, {
      cwd: image.app,
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
      expect(await image.isHealthy(new URL(url).port)).toBeTrue();
      expect(await image.isHealthy('1')).toBeFalse();
    } finally {
      program.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  }, 60_000);
});
