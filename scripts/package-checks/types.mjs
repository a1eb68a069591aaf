// @arethetypeswrong/cli on the packed library: its types resolve as its code does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { pack } from './package.mjs';

const folder = mkdtempSync(join(tmpdir(), 'package-types-'));
try {
  // An Angular package is ESM alone; how CommonJS would resolve it is nobody's concern.
  const { status } = spawnSync('npx', ['attw', pack(folder), '--profile', 'esm-only'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
