// Measures the server's startup time, its memory when idle and its installed size, compared with a minimal Apollo Server
// with Chargebee's SDK and jose.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../scripts/lib/programs.mjs';
import { median } from './median.mjs';

/** How long to wait before the memory is measured, in milliseconds. */
const IDLE_AFTER_MS = 2000;

const env = {
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  CHARGEBEE_SITE: 'acme-test',
  CHARGEBEE_API_KEY: 'test_bench',
  AUTH_JWT_SECRET: 'a secret of thirty-two bytes and more',
  HOST: '127.0.0.1',
  PORT: '0',
};

/** Starts a program and stops it. Resolves to the milliseconds until it listened, and its memory when idle in megabytes. */
async function measureStart(file) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [file], { cwd: root, env, stdio: ['ignore', 'pipe', 2] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => /listening/.test(text) && resolve());
    exited.then((code) => reject(new Error(`${file} ended with code ${code}`)));
  });
  const ready = performance.now() - startedAt;
  await sleep(IDLE_AFTER_MS);
  const memory = residentMegabytes(child.pid);
  child.kill('SIGKILL');
  await exited;
  return { ready, memory };
}

function residentMegabytes(pid) {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1024;
}

/**
 * Installs packages in an empty folder. Returns their size on disk in megabytes.
 * @param {string[]} packages the arguments of `npm install`: names with versions, or the path of a tarball
 */
function installedMegabytes(packages) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-install-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const flags = ['--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    execFileSync('npm', ['install', ...flags, ...packages], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [kilobytes] = String(execFileSync('du', ['-sk', join(folder, 'node_modules')])).split(
      '\t',
    );
    return Number(kilobytes) / 1024;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function installedServerMegabytes() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-pack-'));
  try {
    return installedMegabytes([packServer(folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packs the server as npm would publish it. Returns the path of the tarball. */
function packServer(folder) {
  const args = ['pack', '--workspace', 'chargebee-portal-server', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', [...args, '--json'], { cwd: root }));
  return join(folder, filename);
}

/** Returns the rival's packages, in the versions that are installed here. */
function rivalPackages() {
  return ['@apollo/server', 'graphql', 'chargebee', 'jose'].map((name) => {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json')));
    return `${name}@${version}`;
  });
}

/**
 * Measures both programs alternately, so that other load on the machine affects them equally. Returns the rows of a table.
 *
 * @param {{ rounds: number, warmUps: number }} counts how often each is started; warm-ups fill the disk cache and do not count
 */
export async function measureFootprint({ rounds, warmUps }) {
  const programs = [
    { name: 'minimal Apollo Server, SDK, jose', file: 'bench/rivals/minimal.mjs', runs: [] },
    { name: 'chargebee-portal-server', file: 'server/dist/main.js', runs: [] },
  ];
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const { file, runs } of programs) {
      const run = await measureStart(file);
      if (round >= 0) runs.push(run);
    }
  }
  const installed = [installedMegabytes(rivalPackages()), installedServerMegabytes()];
  const [rival] = programs;
  const ratio = (runs, read) =>
    Number(median(runs.map((run, round) => read(run) / read(rival.runs[round]))).toFixed(2));
  return programs.map(({ name, runs }, index) => ({
    what: name,
    'ms until ready': Math.round(median(runs.map(({ ready }) => ready))),
    'start ÷ minimal': ratio(runs, ({ ready }) => ready),
    'MB when idle': Math.round(median(runs.map(({ memory }) => memory))),
    'memory ÷ minimal': ratio(runs, ({ memory }) => memory),
    'MB installed': Math.round(installed[index]),
  }));
}
