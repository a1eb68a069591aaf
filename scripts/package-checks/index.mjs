// Checks the built library as a package. `node scripts/package-checks/index.mjs [check…]` runs all checks, or the named ones,
// and writes the counts to the file that SUITE_RESULTS names.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { root } from '../lib/programs.mjs';

/** The command of each check. The library must be built: `npm run build ngx-chargebee-portal`. */
const checks = {
  publint: ['npx', 'publint', '--strict', 'dist/ngx-chargebee-portal'],
  types: ['node', 'scripts/package-checks/types.mjs'],
  api: ['node', 'scripts/package-checks/api.mjs'],
  size: ['node', 'scripts/package-checks/size.mjs'],
  schematics: ['node', 'scripts/package-checks/schematics.mjs'],
  release: ['node', 'scripts/package-checks/release.mjs'],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in checks));
if (unknown.length) {
  console.error(
    `There is no check named ${unknown.join(', ')}. There are: ${Object.keys(checks).join(', ')}.`,
  );
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: [] };
for (const [name, [command, ...args]] of Object.entries(checks)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`\n--- ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    timeout: 5 * 60_000,
    // A check must not overwrite the results file, because this script writes the counts.
    env: { ...process.env, SUITE_RESULTS: '' },
  });
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  if (status !== 0) console.error(`FAILED ${name}`);
}
console.log(`\n${counts.passed} package checks passed, ${counts.failed} failed`);
if (process.env.SUITE_RESULTS) writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
process.exitCode = counts.failed ? 1 : 0;
