// Runs @arethetypeswrong/cli on the packed library: its types must resolve like its code.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { pack } from './package.mjs';

const folder = mkdtempSync(join(tmpdir(), 'package-types-'));
try {
  // Angular packages are ESM only, so resolution from CommonJS is not checked.
  const { status } = spawnSync('npx', ['attw', pack(folder), '--profile', 'esm-only'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
