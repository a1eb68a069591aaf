// Follows a Dockerfile without Docker: its COPY and RUN instructions are carried out in folders.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './programs.mjs';

const run = promisify(execFile);

/**
 * @typedef {object} Stage
 * @property {string | undefined} name
 * @property {{ instruction: string, rest: string }[]} steps
 */

/**
 * Builds each stage in a folder of its own, which stands for /app: `0`, `1` and so on.
 * @param {string} file below the root of the repository
 * @param {string} folder where the stages' folders are made
 * @returns {Promise<Stage[]>}
 */
export async function followDockerfile(file, folder) {
  const stages = parseDockerfile(await readFile(join(root, file), 'utf8'));
  /** @type {Map<string, string>} */
  const built = new Map();
  for (const [index, stage] of stages.entries()) {
    const app = join(folder, String(index));
    await mkdir(app);
    await followStage(stage, app, built);
    if (stage.name !== undefined) built.set(stage.name, app);
  }
  return stages;
}

/**
 * The stages of a Dockerfile, by the instructions that ours use.
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
 * @param {ReadonlyMap<string, string>} built the folders of the stages before, by name
 */
async function followStage(stage, app, built) {
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
      // Moved instead of copied, since all the packages take long to copy.
      else await rename(join(built.get(from) ?? '', source.replace(/^\/app\//, '')), to);
    }
  }
}

/**
 * Runs a command of the build in the environment of whoever runs the tests, without what npm adds to it.
 * @param {string} command
 * @param {string} app
 */
async function runStep(command, app) {
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
