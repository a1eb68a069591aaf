// Checks the types of code that no build compiles: specs, browser tests, examples and browser scripts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/programs.mjs';

/** TypeScript 7, the native compiler; Angular's own builds still need TypeScript 5. */
const tsc = join(root, 'scripts/node_modules/.bin/tsc');

for (const project of [
  'server',
  'server/test/hosts',
  'emulator',
  'emulator/src/chargebee-js/browser',
  'emulator/src/portal/browser',
  'emulator/src/home/browser',
  'e2e',
  'e2e/fixtures/portal-page',
  'examples/merchant-api',
  'examples/react',
  'examples/test',
]) {
  const { status } = spawnSync(tsc, ['-p', project], { cwd: root, stdio: 'inherit' });
  console.log(`${project}: ${status === 0 ? 'types are right' : 'types are wrong'}`);
  if (status !== 0) process.exitCode = 1;
}
