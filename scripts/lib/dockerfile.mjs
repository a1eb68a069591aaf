// For tests of the Dockerfiles: builds their stages without Docker, by executing COPY and RUN in folders.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOutsideRepository } from './environment.mjs';
import { root } from './programs.mjs';

const run = promisify(execFile);

/**
 * @typedef {object} Stage
 * @property {string | undefined} name
 * @property {{ instruction: string, rest: string }[]} steps
 */

/**
 * Builds every stage. The subfolders `0`, `1` and so on of `folder` are the stages' /app; the last one is the image's.
 * @param {string} file relative to the root of the repository
 * @param {string} folder
 * @returns {Promise<{ stageCount: number, argumentsOf: (instruction: string) => string[] }>} the number of stages, and what
 *   follows each instruction of this name in the last stage
 */
export async function buildDockerfile(file, folder) {
  const stages = parseDockerfile(await readFile(join(root, file), 'utf8'));
  /** @type {Map<string, string>} */
  const built = new Map();
  for (const [index, stage] of stages.entries()) {
    const app = join(folder, String(index));
    await mkdir(app);
    await buildStage(stage, app, built);
    if (stage.name !== undefined) built.set(stage.name, app);
  }
  return {
    stageCount: stages.length,
    argumentsOf: (instruction) =>
      (stages.at(-1)?.steps ?? [])
        .filter((step) => step.instruction === instruction)
        .map(({ rest }) => rest),
  };
}

/**
 * Parses the stages of a Dockerfile. Supports only the syntax that our Dockerfiles use.
 * @param {string} text
 * @returns {Stage[]}
 */
function parseDockerfile(text) {
  /** @type {Stage[]} */
  const stages = [];
  for (const line of text.split('\n')) {
    const [, instruction, rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1], steps: [] });
    else if (instruction) stages.at(-1)?.steps.push({ instruction, rest });
  }
  return stages;
}

/**
 * @param {Stage} stage
 * @param {string} app
 * @param {ReadonlyMap<string, string>} built the folders of the earlier stages, by stage name
 */
async function buildStage(stage, app, built) {
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
      if (from === undefined) await cp(join(root, source), to, { recursive: true });
      // Moved, because copying node_modules is slow.
      else await rename(join(built.get(from) ?? '', source.replace(/^\/app\//, '')), to);
    }
  }
}

/**
 * Runs a build command, without the variables that npm sets for the test process.
 * @param {string} command
 * @param {string} app
 */
async function runStep(command, app) {
  await run('/bin/sh', ['-c', command], {
    cwd: app,
    env: {
      ...environmentOutsideRepository(),
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
    },
  });
}
