// A folder in memory for the temporary files of tests. Fresh apps, browser profiles and databases write hundreds of thousands of
// files, and a disk takes several times as long to write and remove them.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file system in memory of Linux. */
const MEMORY = '/dev/shm';
const PREFIX = 'chargebee-portal-tests-';
const GIB = 2 ** 30;
/** The free space in the file system, and the free memory for it and the browsers, that are enough for all tests. */
const MIN_SPACE = 4 * GIB;
const MIN_MEMORY = 8 * GIB;

/**
 * Creates a folder to set `TMPDIR` to. It is removed when this process exits.
 * @returns {string} the folder, or the system's temporary folder if there is too little memory
 */
export function createScratchFolder() {
  const folder = join(MEMORY, `${PREFIX}${process.pid}`);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    removeAbandoned();
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < MIN_SPACE || freemem() < MIN_MEMORY) return tmpdir();
    mkdirSync(folder, { mode: 0o711 });
    process.once('exit', remove);
    return canExecute(folder) ? folder : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Removes the folders of processes that were killed. */
function removeAbandoned() {
  for (const name of readdirSync(MEMORY)) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number(name.slice(PREFIX.length));
    if (!isRunning(pid)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Whether programs can run from the folder. Containers often forbid it. */
function canExecute(folder) {
  const file = join(folder, 'probe');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o700);
  return spawnSync(file).status === 0;
}
