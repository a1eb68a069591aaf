// For tests of the Dockerfiles: builds an image for a suite of Jasmine, and runs its commands.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildDockerfile } from './dockerfile.mjs';

const run = promisify(execFile);

/**
 * Builds a Dockerfile before the specs of the surrounding `describe`, and removes the result after them.
 * @param {string} file relative to the root of the repository
 * @returns {BuiltImage} usable within the specs
 */
export function imageOf(file) {
  const image = new BuiltImage();
  beforeAll(async () => {
    image.folder = await mkdtemp(join(tmpdir(), 'dockerfile-'));
    image.built = await buildDockerfile(file, image.folder);
    // The build installs all packages again, which takes minutes on a busy machine.
  }, 900_000);
  afterAll(() => rm(image.folder, { recursive: true }));
  return image;
}

class BuiltImage {
  folder = '';
  /** @type {Awaited<ReturnType<typeof buildDockerfile>> | undefined} */
  built;

  get stageCount() {
    return this.#result.stageCount;
  }

  /** The folder that is /app in the image. */
  get app() {
    return join(this.folder, String(this.stageCount - 1));
  }

  /**
   * Returns what follows each instruction of this name in the last stage.
   * @param {string} instruction
   */
  argumentsOf(instruction) {
    return this.#result.argumentsOf(instruction);
  }

  /** The arguments of the Node process that is the image's command. */
  get command() {
    return nodeArguments(this.argumentsOf('CMD')[0]);
  }

  /**
   * Runs the image's health check. Resolves to whether it passes.
   * @param {string} port
   */
  isHealthy(port) {
    const check = nodeArguments(this.argumentsOf('HEALTHCHECK')[0]?.replace(/^.*CMD /, ''));
    return run(process.execPath, check, { cwd: this.app, env: { PORT: port } }).then(
      () => true,
      () => false,
    );
  }

  get #result() {
    if (!this.built) throw new Error('The Dockerfile is not built yet.');
    return this.built;
  }
}

/**
 * Parses a command such as `["node", "main.js"]`.
 * @param {string | undefined} command
 * @returns {string[]}
 */
function nodeArguments(command = '[]') {
  const [program, ...rest] = JSON.parse(command);
  if (program !== 'node') throw new Error(`This is not a command of Node: ${command}`);
  return rest;
}
