// Finds or installs the browsers and programs that the tests need. `npm ci` does not download them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.mjs';

/**
 * @typedef {object} Tool
 * @property {string} title its name in the output
 * @property {string[]} commands each must be on the PATH; a nested list names alternatives
 * @property {string} [check] a shell command that succeeds if the tool is installed, for tools that are not commands
 * @property {string[]} packages the Debian packages that contain it
 * @property {{ folder: string, file: string }} [versions] for a tool that Debian does not put on the PATH: a folder with one
 *   subfolder per version, and the tool's path in that subfolder
 */

/** @type {Record<string, Tool>} */
const tools = {
  redis: {
    title: 'redis-server',
    commands: [['redis-server', 'valkey-server']],
    packages: ['redis-server'],
  },
  postgres: {
    title: 'PostgreSQL',
    commands: ['postgres'],
    packages: ['postgresql'],
    versions: { folder: '/usr/lib/postgresql', file: 'bin/postgres' },
  },
  promtool: { title: 'promtool', commands: ['promtool'], packages: ['prometheus'] },
  firefox: {
    title: 'Firefox',
    commands: [['firefox-esr', 'firefox']],
    packages: ['firefox-esr'],
  },
  webkit: {
    title: "WebKitGTK, Safari's engine",
    commands: ['WebKitWebDriver', 'Xvfb'],
    packages: ['webkit2gtk-driver', 'xvfb'],
  },
  ruby: { title: 'Ruby', commands: ['ruby', 'puma'], packages: ['ruby', 'puma'] },
  php: { title: 'PHP', commands: ['php'], packages: ['php-cli', 'php-curl'] },
  python: { title: 'Python', commands: ['python3'], packages: ['python3'] },
  pythonSdk: {
    title: "Chargebee's SDK for Python",
    commands: [],
    // Debian's packages are installed for Debian's Python, which may not be the first on the PATH.
    check: '/usr/bin/python3 -c "import chargebee"',
    packages: ['python3-chargebee2'],
  },
  java: { title: 'a JDK', commands: ['javac'], packages: ['default-jdk-headless'] },
  go: { title: 'Go', commands: ['go'], packages: ['golang-go'] },
  socat: {
    title: 'socat, jq and curl',
    commands: ['socat', 'jq', 'curl'],
    packages: ['socat', 'jq', 'curl'],
  },
  mono: {
    title: 'Mono, for C#',
    commands: ['mcs', 'mono'],
    packages: [
      'mono-mcs',
      'mono-runtime',
      'libmono-system-net-http4.0-cil',
      'ca-certificates-mono',
    ],
  },
};

function which(...names) {
  for (const name of names) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0 && stdout.trim()) return stdout.trim();
  }
  return undefined;
}

function isInstalled({ commands, versions, check }) {
  if (check) return spawnSync('sh', ['-c', check], { stdio: 'ignore' }).status === 0;
  if (commands.every((names) => which(...[names].flat()))) return true;
  return (
    versions !== undefined &&
    existsSync(versions.folder) &&
    readdirSync(versions.folder).some((version) =>
      existsSync(join(versions.folder, version, versions.file)),
    )
  );
}

/** Whether Debian packages can be installed: only as root, on Debian or a distribution based on it. */
function hasApt() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return (
    process.getuid?.() === 0 &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release) &&
    Boolean(which('apt-get'))
  );
}

let areListsUpdated = false;

/** Does not block, so that suites that need no tools run meanwhile. */
async function aptInstall(packages) {
  console.log(`Installing ${packages.join(', ')} with apt-get, because the tests need them.`);
  const run = async (...args) => {
    const apt = spawn('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      // RUNLEVEL=1 keeps packages such as postgresql from starting a service.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      timeout: 10 * 60_000,
    });
    const [code] = await once(apt, 'exit');
    return code === 0;
  };
  areListsUpdated ||= await run('update', '-qq');
  return run('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

/**
 * Installs the named tools if they are missing and the machine allows it.
 * @param {string[]} names keys of `tools`
 * @returns {Promise<string[]>} the titles of tools that are still missing; tests that need them are skipped
 */
export async function findOrInstall(names) {
  const absent = () => names.filter((name) => !isInstalled(tools[name]));
  const wanted = absent();
  if (wanted.length && hasApt()) {
    const together = wanted.flatMap((name) => tools[name].packages);
    // One unavailable package makes the whole command fail: then install the tools one by one.
    if (!(await aptInstall(together)) && wanted.length > 1) {
      for (const name of absent()) await aptInstall(tools[name].packages);
    }
  }
  return absent().map((name) => tools[name].title);
}

/**
 * Returns the path of Chromium's headless build, which uses half the CPU time. It has no popup blocker and no back/forward
 * cache, so tests of these use the full browser.
 * @returns {Promise<string | undefined>} the full browser if there is no headless build, and undefined if there is neither
 */
export async function findOrInstallHeadlessChrome() {
  if (process.env.CHROME_HEADLESS_BIN) return process.env.CHROME_HEADLESS_BIN;
  const chrome = await findOrInstallChrome();
  const name = 'chromium-headless-shell';
  // Only together with Debian's Chromium, so that both have the same version.
  if (process.env.CHROME_BIN || which('chromium') !== chrome) return chrome;
  if (!which(name) && hasApt()) await aptInstall([name]);
  // Debian's command is a shell script that starts this file. Karma would kill only the script, and wait for the browser forever.
  const binary = `/usr/lib/chromium/${name}`;
  return existsSync(binary) ? binary : (which(name) ?? chrome);
}

const chromeNames = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
const chromePlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

/**
 * Returns the path of Chrome or Chromium: `CHROME_BIN`, an installed one, or one that it installs.
 * @returns {Promise<string | undefined>} undefined, after logging the reason, if there is none
 */
export async function findOrInstallChrome() {
  if (process.env.CHROME_BIN) {
    if (existsSync(process.env.CHROME_BIN)) return process.env.CHROME_BIN;
    console.error(
      `CHROME_BIN is ${process.env.CHROME_BIN}, but no file is there. Correct it, or unset it.`,
    );
    return undefined;
  }
  const installed = which(...chromeNames) ?? chromePlaces.find((place) => existsSync(place));
  if (installed) return installed;
  if (hasApt() && (await aptInstall(['chromium', 'fonts-liberation']))) return which('chromium');

  console.log(
    'Installing Chrome for the tests with @puppeteer/browsers, because this machine has none.',
  );
  const cache = join(root, 'node_modules/.cache/chrome');
  const command = ['@puppeteer/browsers@2', 'install', 'chrome@stable'];
  const { status, stdout } = spawnSync(
    'npx',
    ['--yes', ...command, '--path', cache, '--format', '{{path}}'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 10 * 60_000 },
  );
  const path = stdout?.trim().split('\n').at(-1);
  if (status === 0 && path && existsSync(path)) return path;
  console.error(
    'No browser could be installed. Install Chrome or Chromium, or set CHROME_BIN to one.',
  );
  return undefined;
}
