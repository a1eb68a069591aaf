// The browser and the Redis that the tests need: found, or installed, saying so. `npm ci` downloads neither.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.mjs';

function which(...names) {
  for (const name of names) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0 && stdout.trim()) return stdout.trim();
  }
  return undefined;
}

/** Whether Debian packages can be installed: as root, on Debian or one of its kind. */
function hasApt() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return (
    process.getuid?.() === 0 &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release) &&
    Boolean(which('apt-get'))
  );
}

function aptInstall(...names) {
  console.log(
    `Installing ${names[0]} with apt-get, because the tests need it and this machine has none.`,
  );
  const run = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 10 * 60_000,
    }).status === 0;
  run('update', '-qq');
  return run('install', '-y', '-qq', '--no-install-recommends', ...names);
}

const chromeNames = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
const chromePlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

/**
 * The path of a Chrome or Chromium: `CHROME_BIN`, else an installed one, else one that is installed now.
 * @returns {string | undefined} undefined where none can be had, after saying why
 */
export function findOrInstallChrome() {
  if (process.env.CHROME_BIN) {
    if (existsSync(process.env.CHROME_BIN)) return process.env.CHROME_BIN;
    console.error(
      `CHROME_BIN is ${process.env.CHROME_BIN}, where there is nothing. Mend it, or unset it.`,
    );
    return undefined;
  }
  const installed = which(...chromeNames) ?? chromePlaces.find((place) => existsSync(place));
  if (installed) return installed;
  if (hasApt() && aptInstall('chromium', 'fonts-liberation')) return which('chromium');

  console.log(
    'Installing Chrome for the tests with @puppeteer/browsers, because this machine has none.',
  );
  const cache = join(root, 'node_modules/.cache/chrome');
  const { status, stdout } = spawnSync(
    'npx',
    [
      '--yes',
      '@puppeteer/browsers@2',
      'install',
      'chrome@stable',
      '--path',
      cache,
      '--format',
      '{{path}}',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 10 * 60_000 },
  );
  const path = stdout?.trim().split('\n').at(-1);
  if (status === 0 && path && existsSync(path)) return path;
  console.error(
    'No browser could be installed. Install Chrome or Chromium, or set CHROME_BIN to one.',
  );
  return undefined;
}

/**
 * Makes `redis-server` available where that can be done.
 * @returns {boolean} whether it is there; its tests are left out, with a line that says so, when it is not
 */
export function findOrInstallRedis() {
  return (
    Boolean(which('redis-server', 'valkey-server')) ||
    (hasApt() && aptInstall('redis-server') && Boolean(which('redis-server')))
  );
}
