// Runs a command to its end, within a time.
import { spawn } from 'node:child_process';

/** How long one command may take, in milliseconds: installing an app's packages on a slow line. */
const WITHIN = 6 * 60_000;

/** Packages that npm has in its cache are not asked for again, and no advisories are. */
const QUICK_NPM = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/**
 * Resolves to the command's standard output. Rejects, with all it printed, when it fails or takes too long.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string> }} options
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      // npm's own variables are about this repository, not about the app.
      env: {
        ...withoutNpm(process.env),
        ...QUICK_NPM,
        NG_CLI_ANALYTICS: 'false',
        CI: 'true',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: WITHIN,
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

function withoutNpm(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('npm_')));
}
