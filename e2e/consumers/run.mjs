// Runs a command with a timeout.
import { spawn } from 'node:child_process';
import { environmentOutsideRepository } from '../../scripts/lib/environment.mjs';

/** The timeout in milliseconds. Long enough to install an app's packages over a slow connection. */
const TIMEOUT = 6 * 60_000;

/** Makes npm use its cache, and skip the requests for advisories and funding. */
const FAST_NPM = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/**
 * Resolves to the command's standard output. Rejects, with its output, if it fails or exceeds the timeout.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string> }} options
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: {
        ...environmentOutsideRepository(),
        ...FAST_NPM,
        NG_CLI_ANALYTICS: 'false',
        CI: 'true',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT,
    });
    let stdout = '';
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (printed = (printed + text).slice(-20_000)));
    }
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(stdout)
        : reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${printed}`)),
    );
  });
}
