import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageOf } from '../../../scripts/lib/dockerfile-suite.mjs';
import { Chargebee } from '../support/chargebee.js';
import { Program } from '../support/program.js';

// These tests run without Docker: `imageOf` executes the instructions in a folder.
describe('the Dockerfile', () => {
  const image = imageOf('server/Dockerfile');

  it('runs as an unprivileged user, and runs no command after the build stage', () => {
    expect(image.stageCount).toBe(2);
    expect(image.argumentsOf('USER')).toEqual(['node']);
    expect(image.argumentsOf('RUN')).toEqual([]);
  });

  it('does not copy sources, packages and build tools into the image', async () => {
    expect(await readdir(image.app)).toEqual(['server']);
    expect((await readdir(join(image.app, 'server'))).sort()).toEqual(['dist', 'package.json']);
  });

  it('starts a server that passes its health check', async () => {
    const chargebee = await Chargebee.start();
    const AUTH_JWT_SECRET = 'a secret of thirty-two bytes and more';
    const program = new Program(
      { ...chargebee.env, AUTH_JWT_SECRET, NODE_ENV: 'production', PORT: '0' },
      image.command.map((path) => join(image.app, path)),
    );
    const { url } = await program.listening();
    expect(await image.isHealthy(new URL(url).port)).toBeTrue();
    expect(await image.isHealthy(new URL(chargebee.origin).port)).toBeFalse();
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
    await chargebee.stop();
  });
});
